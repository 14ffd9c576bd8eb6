from course_torch.command_line.errors import one_line


def test_attempts_at_a_value_become_thing_value_and_what_is_allowed() -> None:
    page = """Parser key "data.batch_size":
      Does not validate against any of the Union subtypes
      Subtypes: [<class 'int'>, <class 'NoneType'>]
      Errors:
        - Expected a <class 'int'>
      Given value type: <class 'str'>
      Given value: all"""
    assert one_line(page) == "data.batch_size: found 'all', expected int, null"

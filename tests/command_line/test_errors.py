from course_torch.command_line.errors import one_line


def test_a_validation_error_becomes_one_line_with_key_value_and_allowed_types() -> None:
    page = """Parser key "data.batch_size":
      Does not validate against any of the Union subtypes
      Subtypes: [<class 'int'>, <class 'NoneType'>]
      Errors:
        - Expected a <class 'int'>
      Given value type: <class 'str'>
      Given value: all"""
    assert one_line(page) == "data.batch_size: found 'all', expected int, null"

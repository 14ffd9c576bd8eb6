from course_torch.command_line.parser import normalized


def test_short_flags_are_expanded_and_configs_come_first() -> None:
    given = [
        "--accelerator",
        "cpu",
        "--devices=2",
        "--trainer.precision",
        "64",
        "--config",
        "a.yaml",
        "--model.seed",
        "1",
    ]
    assert normalized(given) == [
        *("--config", "a.yaml", "--trainer.accelerator", "cpu", "--trainer.devices=2"),
        *("--trainer.precision", "64", "--model.seed", "1"),
    ]

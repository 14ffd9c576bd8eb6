"""The tests in runs/ need a second device. test_second_device.py starts them in a process that has it."""

from tests.second_device.machine import DEVICE

collect_ignore = [] if DEVICE else ["runs"]

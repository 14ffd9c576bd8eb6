"""The checks of `course-torch doctor`: installation, machine, devices, and gradients on each device."""

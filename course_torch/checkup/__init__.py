"""What `course-torch doctor` looks at: the installation, the machine, its devices, and gradients on each of them."""

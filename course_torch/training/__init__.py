"""Training through Lightning, and nothing else that knows Lightning."""

from course_torch.training.importing import import_lightning

import_lightning()

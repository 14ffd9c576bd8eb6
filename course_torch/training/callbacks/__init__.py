"""What a run does beside training, each on its own hooks of Lightning:

ranks         the one question to all ranks: whether to save or to stop
checkpoints   config.yaml, last.ckpt and best.ckpt
interrupt     Ctrl-C, SIGTERM and SIGHUP
symptoms      warnings about a training that learns nothing
divergence    a cost or a parameter that is not finite
display       the threads and the progress bar
"""

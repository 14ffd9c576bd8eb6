"""The `course-torch` command: a function for each subcommand, in a file of its name.

main        the program: its commands and its help; train is in `course_torch.training.cli`
options     imports the file of the chosen command alone, makes a parser of its function, and runs it
learner/    take a learner's file: exercise writes it; check and grade judge its functions, compare and trace its passes
            (check_answer prints the answer of check, and needs torch; prepared is what compare and trace work on)
network/    build, train or load a network: shapes, reproduce, predict
show/       show what the package holds: configs, and in the browser or as files lesson, playground, figures
machine/    look at this machine: doctor, vectorization
"""

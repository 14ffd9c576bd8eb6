"""The `course-torch` command: a function for each subcommand, in a file of its name.

main        chooses the command and imports its file alone; train is in `course_torch.training.cli`
options     makes a parser of the command's function, and checks the files that the command reads and writes
learner/    take a learner's file: exercise writes it; check and grade judge its functions, compare and trace its passes
            (check_answer prints an answer, and needs torch; examples holds those on which the passes run)
network/    build, train or load a network: shapes, reproduce, predict, export
show/       show what the package holds: configs, and in the browser or as files lesson, playground, figures
machine/    look at this machine: doctor, bench, vectorization
"""

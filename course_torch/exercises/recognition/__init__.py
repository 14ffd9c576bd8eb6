"""What a learner's file holds: its chapter, its functions under any name, and stand-ins for a file that is not here."""

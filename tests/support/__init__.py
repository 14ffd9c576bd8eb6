"""What tests of several rooms use: browsers, damaged files, types of fixtures, and which tests are slow."""

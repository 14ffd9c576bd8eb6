"""The data sets: the options of a data set go in, its splits with their features and labels come out.

table            every name with its loader, and the options that choose and check it
source           where a loader reads: the options of a set
bundled, planar, published_sets, folder, csv_file   the loaders, of which folder reads by picture_files
split            rows X and Y of a split, in memory or on the disk, and their batches
data_set         the splits of a set, and how features are made of rows
"""

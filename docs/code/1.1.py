"""Lesson 1.1: from pictures to rows of features, and back."""

# %% pictures
import torch

from course_torch.data.data_set import features, pictures_to_rows, rows_to_pictures
from course_torch.data.table import load_data_set

torch.set_default_dtype(torch.float64)
white, red, blue, grey = [255, 255, 255], [255, 0, 0], [0, 51, 204], [102, 102, 102]
pictures = torch.tensor(
    [
        [[red, white], [blue, grey]],  # picture 1: two rows of two pixels
        [[white, white], [grey, red]],  # picture 2
    ],
    dtype=torch.uint8,
)
print("m, height, width, channels:", tuple(pictures.shape))

# %% rows
rows = pictures_to_rows(pictures)
X = features(rows, 255, torch.float64)
print("x of picture 1 =", *X[0].tolist())
print("X", tuple(X.shape))

# %% back
again = rows_to_pictures(rows, (2, 2, 3))
print("the pictures are the same:", torch.equal(again, pictures))

# %% place
height, width = 4, 5
k = (1 * width + 2) * 3 + 0  # row 1, column 2, red: counting starts at 0
pixel, c = divmod(k, 3)
i, j = divmod(pixel, width)
print(f"row 1, column 2, red -> x[{k}] -> row {i}, column {j}, channel {c}")

# %% scrambled
m = len(pictures)
scrambled = pictures.reshape(-1, m).T  # the shape is right
print("scrambled", tuple(scrambled.shape), *scrambled[0].tolist())
print("right    ", tuple(rows.shape), *rows[0].tolist())

# %% order
channels_first = pictures.permute(0, 3, 1, 2)  # all reds, then all greens, then all blues
X_course = features(pictures_to_rows(channels_first), 255, torch.float64)
w = torch.arange(1.0, 13.0).reshape(-1, 1) / 10  # the weights of the twelve features
w_course = w.reshape(2, 2, 3).permute(2, 0, 1).reshape(-1, 1)  # the same weights in the other order
print("X w       =", [f"{z:.2f}" for z in (X @ w).flatten().tolist()])
print("the other =", [f"{z:.2f}" for z in (X_course @ w_course).flatten().tolist()])

# %% data_set
data = load_data_set("pictures")
print("X", tuple(data.train.X.shape), " Y", tuple(data.train.Y.shape), " values", data.train.X.dtype)
print(f"y = 1 ({data.class_names[1]}) in {int(data.train.Y.sum())} of {len(data.train.Y)} drawings")

# %% numbers
fur, eye, lid, nose, sky = [255, 153, 51], [0, 204, 102], [204, 102, 0], [255, 102, 153], [51, 102, 204]
cat = torch.tensor(
    [
        [fur, sky, sky, sky, fur],  # two ears
        [fur, fur, fur, fur, fur],
        [fur, eye, fur, lid, fur],  # an eye and an eye that winks
        [sky, fur, nose, fur, sky],
    ],
    dtype=torch.uint8,
)
entries = torch.arange(cat.numel(), dtype=torch.uint8).reshape(1, *cat.shape)  # each entry of the cat has its number
numbers = {
    "red": pictures[0, :, :, 0].tolist(),
    "green": pictures[0, :, :, 1].tolist(),
    "blue": pictures[0, :, :, 2].tolist(),
    "X": X.tolist(),
    "k": k,
    "side": data.picture_shape[0],
    "n_x": data.train.X.shape[1],
    "doubled": 128 * 128 * 3,
    "drawings": len(data.train.X),
    "z": (X @ w)[0].item(),
    "z_course": (X_course @ w_course)[0].item(),
    "cat": cat.tolist(),
    "orders": {
        "pixels": pictures_to_rows(entries)[0].tolist(),
        "channels": pictures_to_rows(entries.permute(0, 3, 1, 2))[0].tolist(),
    },
}

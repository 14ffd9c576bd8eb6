"""Other right ways to write the chapter's functions: function, code of the solution, other code."""

BOTH = [
    ("pictures_to_rows", "/ 255", "/ 255.0"),
    ("pictures_to_rows", "/ 255", "* (1 / 255)"),
    ("rows_to_pictures", "(255 * X)", "np.round(255 * X)"),
    ("rows_to_pictures", "(255 * X)", "np.trunc(255 * X)"),
    ("computation_graph", "J = 3 * v", "J = 3 * a + 3 * b * c"),
    ("computation_graph", "return J, da, db, dc", "return [J, da, float(3 * c), 3 * b]"),
    ("weighted_sums_with_loops", "range(m)", "reversed(range(m))"),
    ("column", "v.reshape(-1, 1)", "v[:, None]"),
    ("column", "v.reshape(-1, 1)", "np.atleast_2d(v).T"),
    ("column", "(-1, 1)", "(len(v), 1)"),
    ("row", "v.reshape(1, -1)", "v[None]"),
    ("row", "v.reshape(1, -1)", "np.atleast_2d(v)"),
]
ROWS = [
    ("pictures_to_rows", "pictures.reshape(len(pictures), -1)", "np.stack([each.ravel() for each in pictures])"),
    ("slope_by_nudge", "(f(a + nudge) - f(a))", "-(f(a) - f(a + nudge))"),
    ("slope_by_nudge", "(f(a + nudge) - f(a)) / nudge", "f(a + nudge) / nudge - f(a) / nudge"),
    ("weighted_sums_with_loops", "np.zeros((m, 1))", "np.zeros((m, 1)) + 0 * X[:, :1]"),
    ("weighted_sums", "X @ w + b", "np.sum(X * w.T, axis=1, keepdims=True) + b"),
    ("weighted_sums", "X @ w + b", 'np.einsum("ij,jk->ik", X, w) + b'),
    ("weighted_sums", "X @ w + b", "np.matmul(X, w) + b"),
    ("weighted_sums", "X @ w + b", "(w.T @ X.T + b).T"),
    (
        "percentages",
        "100 * table / np.sum(table, axis=1, keepdims=True)",
        "table / np.sum(table, axis=1)[:, None] * 100",
    ),
    ("percentages", "np.sum(table, axis=1, keepdims=True)", "np.sum(table, axis=1).reshape(-1, 1)"),
    ("percentages", "np.sum(table, axis=1, keepdims=True)", 'np.einsum("ij->i", table)[:, None]'),
    ("percentages", "np.sum(table, axis=1, keepdims=True)", "(table @ np.ones_like(table[:1]).T)"),
]
COLUMNS = [
    ("pictures_to_rows", "pictures.reshape(len(pictures), -1)", "np.stack([each.ravel() for each in pictures])"),
    ("slope_by_nudge", "(f(a + nudge) - f(a)) / nudge", "(f(a + nudge) - f(a - nudge)) / (2 * nudge)"),
    ("weighted_sums", "w.T @ X + b", "np.sum(X * w, axis=0, keepdims=True) + b"),
    ("weighted_sums", "w.T @ X + b", 'np.einsum("ji,jk->ki", X, w) + b'),
    ("weighted_sums", "w.T @ X + b", "(X.T @ w + b).T"),
    ("percentages", "np.sum(table, axis=0, keepdims=True)", "np.sum(table, axis=0)"),
    ("percentages", "np.sum(table, axis=0, keepdims=True)", "np.sum(table, axis=0).reshape(1, -1)"),
    ("percentages", "np.sum(table, axis=0, keepdims=True)", "(np.ones_like(table[:, :1]).T @ table)"),
]

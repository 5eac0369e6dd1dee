"""Golden numbers: the same face pipeline, written plainly with OpenCV and ONNX Runtime.

It shares no code with core/vision. It reads the pictures that models/manifest.toml lists and writes
golden.json beside itself; core/vision/tests/golden.rs pins the agreement.

    python3 tests/golden/golden.py        (from the repository's root, after cargo xtask setup)

Needs onnxruntime, opencv-python and numpy.
"""

import json
import pathlib
import tomllib

import cv2
import numpy as np
import onnxruntime as ort

MODELS = pathlib.Path(__file__).resolve().parents[2] / "models"
MANIFEST = tomllib.loads((MODELS / "manifest.toml").read_text())
ENTRIES = {entry["id"]: entry for entry in MANIFEST["model"]}
OPTIONS = ort.SessionOptions()
OPTIONS.intra_op_num_threads = 1
NETS = {
    name: ort.InferenceSession(str(MODELS / entry["file"]), OPTIONS)
    for name, entry in ENTRIES.items()
    if "package" in entry["source"]
}
# Eyes, nose tip and mouth corners of the ArcFace template (Deng et al. 2019), 112x112.
TEMPLATE = np.float32(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)


def threshold(model, name):
    return next(t["value"] for t in ENTRIES[model]["threshold"] if t["name"] == name)


def detect(bgr):
    """Boxes as left, top, right, bottom, score in pixels, best first."""
    height, width = bgr.shape[:2]
    scale = min(320 / width, 240 / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = np.full((240, 320, 3), 127, np.uint8)
    canvas[: size[1], : size[0]] = cv2.resize(bgr, size, interpolation=cv2.INTER_LINEAR)
    rgb = cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB).astype(np.float32)
    scores, boxes = NETS["detector"].run(
        None, {"input": ((rgb - 127) / 128).transpose(2, 0, 1)[None]}
    )
    keep = scores[0, :, 1] > threshold("detector", "detection")
    found = boxes[0][keep] * [320, 240, 320, 240]
    found *= np.array([width / size[0], height / size[1]] * 2)
    found = np.concatenate([found, scores[0, keep, 1:]], axis=1)
    found = found[np.argsort(-found[:, 4])]
    kept = []
    for box in found:
        if all(overlap(box, other) <= threshold("detector", "overlap") for other in kept):
            kept.append(box)
    return kept


def overlap(a, b):
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    return width * height / (area(a) + area(b) - width * height)


def choose(boxes, shape):
    """The face nearest the picture's centre."""
    centre = lambda box: ((box[0] + box[2]) / 2 - shape[1] / 2, (box[1] + box[3]) / 2 - shape[0] / 2)
    return min(boxes, key=lambda box: np.hypot(*centre(box)))


def landmarks(gray, box):
    """68 points in pixels."""
    height, width = gray.shape
    left, top = max(0, round(box[0])), max(0, round(box[1]))
    right, bottom = min(width, round(box[2])), min(height, round(box[3]))
    crop = cv2.resize(gray[top:bottom, left:right], (64, 64), interpolation=cv2.INTER_LINEAR)
    tensor = (crop.astype(np.float32) / 256)[None, None]
    points = NETS["landmarks"].run(None, {"input": tensor})[0].reshape(68, 2)
    return points * [right - left, bottom - top] + [left, top]


def five_points(points):
    return np.float32(
        [
            points[[37, 38, 40, 41]].mean(0),
            points[[43, 44, 46, 47]].mean(0),
            points[30],
            points[[48, 60]].mean(0),
            points[[54, 64]].mean(0),
        ]
    )


def similarity_transform(source, target):
    """Least squares (Umeyama 1991), by the normal equations of a, b, tx, ty."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target):
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        values += [u, v]
    a, b, tx, ty = np.linalg.lstsq(np.float64(rows), np.float64(values), rcond=None)[0]
    return np.float64([[a, -b, tx], [b, a, ty]])


def align(picture, points):
    return cv2.warpAffine(picture, similarity_transform(five_points(points), TEMPLATE), (112, 112))


def embed(bgr, points):
    """Unit vector, original and mirrored view."""
    face = align(bgr, points)
    views = [face, face[:, ::-1]]
    vectors = []
    for view in views:
        tensor = ((view.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None]
        vector = NETS["recognition"].run(None, {"input": tensor})[0][0]
        vectors.append(vector / np.linalg.norm(vector))
    total = sum(vectors)
    return total / np.linalg.norm(total), vectors[0]


def live(bgr, box):
    side = max(box[2] - box[0], box[3] - box[1]) * 1.75
    left = round((box[0] + box[2]) / 2 - side / 2)
    top = round((box[1] + box[3]) / 2 - side / 2)
    side = round(side)
    pad = side
    border = cv2.copyMakeBorder(bgr, pad, pad, pad, pad, cv2.BORDER_REFLECT_101)
    crop = border[top + pad : top + pad + side, left + pad : left + pad + side]
    crop = cv2.resize(crop, (128, 128), interpolation=cv2.INTER_LINEAR)
    tensor = crop.astype(np.float32).transpose(2, 0, 1)[None]
    logits = NETS["liveness"].run(None, {"input": tensor})[0][0].astype(np.float64)
    parts = np.exp(logits - logits.max())
    return parts[0] / parts.sum()


def eye_aspect_ratio(points):
    def one(p):
        tall = np.linalg.norm(p[1] - p[5]) + np.linalg.norm(p[2] - p[4])
        return tall / (2 * np.linalg.norm(p[0] - p[3]))

    return (one(points[36:42]) + one(points[42:48])) / 2


def sharpness(gray, points):
    return cv2.Laplacian(align(gray, points), cv2.CV_64F)[1:-1, 1:-1].var()


def analyse(path):
    bgr = cv2.imread(str(path))
    gray = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    boxes = detect(bgr)
    if not boxes:
        return {"faces": 0}, None
    box = choose(boxes, gray.shape)
    points = landmarks(gray, box)
    vector, plain = embed(bgr, points)
    rounded = lambda values, digits: [round(float(value), digits) for value in values]
    return {
        "faces": len(boxes),
        "box": rounded(box[:4], 2),
        "score": round(float(box[4]), 4),
        "points": [rounded(point, 2) for point in points],
        "live": round(float(live(bgr, box)), 4),
        "eye_aspect_ratio": round(float(eye_aspect_ratio(points)), 4),
        "sharpness": round(float(sharpness(gray, points)), 1),
        "embedding": rounded(vector[:16], 5),
        "embedding_unmirrored": rounded(plain[:16], 5),
    }, vector


def main():
    pictures, vectors = [], []
    for medium in MANIFEST["media"]:
        if medium["kind"] != "picture":
            continue
        entry, vector = analyse(MODELS / medium["file"])
        pictures.append({"file": medium["file"], **entry})
        if vector is not None:
            vectors.append((len(pictures) - 1, vector))
    similarity = [
        [i, j, round(float(a @ b), 4)]
        for n, (i, a) in enumerate(vectors)
        for j, b in vectors[n + 1 :]
    ]
    lines = lambda items: ",\n    ".join(json.dumps(item) for item in items)
    text = (
        '{\n  "pictures": [\n    ' + lines(pictures) + "\n  ],\n"
        '  "similarity": ' + json.dumps(similarity, separators=(",", ":")) + "\n}\n"
    )
    pathlib.Path(__file__).with_name("golden.json").write_text(text)


if __name__ == "__main__":
    main()

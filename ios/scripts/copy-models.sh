#!/bin/sh
# Copies the nets and their manifest into the app, at the paths that the manifest names.
set -eu
to=$1
from=$(cd "$(dirname "$0")/../../models" && pwd)
nets=node_modules/faceplugin-face-recognition-js/model
mkdir -p "$to/$nets"
cp "$from/manifest.toml" "$to/"
for net in fr_detect fr_landmark fr_feature fr_liveness; do
    cp "$from/$nets/$net.onnx" "$to/$nets/"
done
# The second liveness net, where somebody has added it.
if [ -d "$from/added" ]; then cp -R "$from/added" "$to/"; fi

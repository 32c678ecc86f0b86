#!/usr/bin/env bash
# Trains the network: train.sh PHOTOS TEACHER.onnx RUN [options of veilface.train]; writes models/ and unfolded.safetensors.
# PHOTOS holds faces.json and images/. Goes on from RUN where it was stopped.
set -euo pipefail
cd "$(dirname "$0")"

# Tensors of the same sizes come and go: giving their memory back to the system costs a fifth of the time.
export MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=1073741824

photos=$1 teacher=$2 run=$3
shift 3
"${PYTHON:-python3}" -m veilface.train --photos "$photos" --teacher "$teacher" --run "$run" "$@"
"${PYTHON:-python3}" -m veilface.export --run "$run" --output ../models/veil-face.safetensors \
  --unfolded unfolded.safetensors

#!/usr/bin/env bash
# Trains the network: train.sh PHOTOS TEACHER.onnx RUN MINUTES [options of veilface.train, for the large network]; writes
# models/, large.safetensors and small.safetensors. PHOTOS holds faces.json and images/. Goes on from RUN where it was stopped.
set -euo pipefail
cd "$(dirname "$0")"

# Tensors of the same sizes come and go: giving their memory back to the system costs a fifth of the time.
export MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=1073741824

photos=$1 teacher=$2 run=$3 minutes=$4
shift 4
python=${PYTHON:-python3}

"$python" -m veilface.train --size large --teacher "$teacher" --photos "$photos" --run "$run/large" \
  --minutes "$minutes" "$@"
"$python" -m veilface.export --size large --run "$run/large" --unfolded large.safetensors

# The small one learns to answer as the large one does, which costs Veil less time.
"$python" -m veilface.train --imitate large.safetensors --photos "$photos" --run "$run/small" --minutes "$minutes"
"$python" -m veilface.export --run "$run/small" --unfolded small.safetensors --output ../models/veil-face.safetensors

# Two stages: the sources are built in the first, the second holds what runs. Nothing is fetched at run time.
FROM node:22-bookworm-slim AS build
WORKDIR /build
# ffmpeg comes from Debian below, so none is fetched; CUDA libraries are left out.
ENV ONNXRUNTIME_NODE_INSTALL=skip
# What is installed beside Veil: docs/queue.md names the packages of workers.
ARG EXTRAS=""
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm pack --pack-destination /tmp \
  && mkdir /app \
  && npm install --prefix /app --no-audit --no-fund /tmp/veil-video-*.tgz $EXTRAS

FROM node:22-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ffmpeg \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
# Footage is mounted here; /tmp is the only other place that is written to.
WORKDIR /footage
ENV VEIL_HOME=/tmp/veil NODE_ENV=production
USER node
ENTRYPOINT ["node", "/app/node_modules/veil-video/bin/veil.js"]
CMD ["--help"]

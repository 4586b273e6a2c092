# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS build
WORKDIR /colony
COPY package.json bun.lock bunfig.toml ./
RUN npx -y bun@1.4.5 install --frozen-lockfile
COPY . .
RUN npx -y bun@1.4.5 run build

FROM debian:bookworm-slim
RUN useradd --system --uid 4747 --home-dir /data --shell /usr/sbin/nologin colony && install -d -o colony -g colony -m 700 /data
COPY --from=build /colony/dist/colony /usr/local/bin/colony
USER colony
WORKDIR /data
ENV COLONY_DATA=/data COLONY_HOST=0.0.0.0
VOLUME /data
EXPOSE 4747
# The image has no curl: bash can speak this much HTTP.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/4747 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
ENTRYPOINT ["colony"]
CMD ["serve"]

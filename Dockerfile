# cdc-direct in a slim image: built with Swift's static runtime, run by a user without rights.
ARG SWIFT_IMAGE=swift:6.3-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
# Swift's own image has most of these; named here so that any Debian 12 with a toolchain can be the base.
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    binutils ca-certificates git libc6-dev libcurl4 libedit2 libgcc-12-dev libncurses6 libpq-dev librdkafka-dev libsqlite3-0 \
    libstdc++-12-dev libxml2 pkg-config tzdata zlib1g-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The manifest first: a change of our sources does not fetch the dependencies again.
COPY Package.swift ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
COPY sql sql
COPY examples examples
RUN swift build -c release --static-swift-stdlib --product cdc-direct \
  && install -D -s "$(swift build -c release --static-swift-stdlib --show-bin-path)/cdc-direct" /out/cdc-direct \
  && /out/cdc-direct --help >/dev/null

FROM ${RUNTIME_IMAGE}
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates libpq5 librdkafka1 libstdc++6 \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --system --gid 10001 cdc \
  && useradd --system --uid 10001 --gid cdc --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin cdc
COPY --from=build /out/cdc-direct /usr/local/bin/cdc-direct
USER 10001:10001
WORKDIR /
# In a container, loopback would be reachable by nobody.
ENV HTTP_HOST=0.0.0.0 HTTP_PORT=8085
EXPOSE 8085
# Asks the /livez of the process beside it; readiness is for the orchestrator to ask over HTTP.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["cdc-direct", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["cdc-direct"]
CMD ["run"]

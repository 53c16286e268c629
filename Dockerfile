FROM node:20.20.2-bookworm-slim AS page
WORKDIR /source/page
COPY page ./
RUN npm ci --ignore-scripts --no-audit --no-fund && node build.mjs

FROM python:3.11.14-slim-bookworm AS wheel
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
RUN pip install --no-cache-dir "hatchling==1.33.0"
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY seeds seeds
COPY streams streams
COPY --from=page /source/streams/web/page_assets streams/web/page_assets
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel .

FROM python:3.11.14-slim-bookworm AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/tidings
# the lock alone, so that a change of our code does not fetch the dependencies again
COPY requirements.lock /tmp/requirements.lock
RUN /opt/tidings/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --requirement /tmp/requirements.lock
COPY --from=wheel /wheel /wheel
RUN /opt/tidings/bin/pip install --no-cache-dir --no-index --no-deps /wheel/*.whl

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="Tidings" \
      org.opencontainers.image.description="News articles in, live tables of who did what to whom out" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 tidings \
    && useradd --system --uid 10001 --gid tidings --home-dir /var/lib/tidings --shell /usr/sbin/nologin tidings \
    && install --directory --owner tidings --group tidings /var/lib/tidings /var/cache/tidings
COPY --from=builder /opt/tidings /opt/tidings
ENV PATH=/opt/tidings/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TIDINGS_STATE_DIR=/var/lib/tidings \
    TIDINGS_CACHE_DIR=/var/cache/tidings \
    TIDINGS_HTTP_HOST=0.0.0.0 \
    TIDINGS_HTTP_PORT=8650 \
    TIDINGS_LOG_FORMAT=json
USER 10001:10001
WORKDIR /var/lib/tidings
EXPOSE 8650
# slim has neither curl nor wget; commands that serve nothing switch this check off where they are run
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://{TIDINGS_HTTP_HOST}:{TIDINGS_HTTP_PORT}/healthz'.format(**os.environ), timeout=4)"]
ENTRYPOINT ["tidings"]

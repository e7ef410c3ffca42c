# askwell as it runs on AWS and in compose.yaml: not root, read-only but for its home and /tmp.
FROM python:3.11.14-slim-trixie AS build
WORKDIR /build
COPY requirements-build.lock requirements-image.lock ./
# Wheels by their hashes; only kiwipiepy's model, which is data, comes as source.
RUN python -m pip install --no-cache-dir --require-hashes --only-binary :all: \
      -r requirements-build.lock \
 && python -m pip wheel --no-cache-dir --no-build-isolation --no-deps --require-hashes \
      --only-binary :all: --no-binary kiwipiepy-model -r requirements-image.lock -w /wheels
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY prompts prompts
COPY src src
RUN python -m pip wheel --no-cache-dir --no-build-isolation --no-deps -w /wheels . \
 && python -m venv --without-pip /opt/askwell \
 && python -m pip --python /opt/askwell/bin/python install --no-cache-dir --no-deps --no-index \
      /wheels/*.whl

FROM python:3.11.14-slim-trixie
RUN groupadd --gid 10001 askwell \
 && useradd --uid 10001 --gid askwell --home-dir /var/lib/askwell --shell /usr/sbin/nologin askwell \
 && install -d -o askwell -g askwell -m 0700 /var/lib/askwell
COPY --from=build /opt/askwell /opt/askwell
ENV PATH=/opt/askwell/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    ASKWELL_HOME=/var/lib/askwell \
    ASKWELL_SLACK_HOST=0.0.0.0 \
    ASKWELL_HEALTH_PORT=8080
USER 10001:10001
WORKDIR /var/lib/askwell
# With a read-only root file system these two are still written; a volume keeps their owner.
VOLUME ["/var/lib/askwell", "/tmp"]
EXPOSE 3000 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['ASKWELL_HEALTH_PORT']}/live\", timeout=4)"]
ENTRYPOINT ["askwell"]
CMD ["serve"]

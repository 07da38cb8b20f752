# The sandbox for a shared server; see docs/shared.md. For one developer, scripts/serve needs no image.

FROM python:3.12-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
# The locked packages first: they change less often than the code, so that this layer is kept.
COPY requirements/serve.txt requirements/serve.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements/serve.txt
COPY pyproject.toml README.md LICENSE ./
COPY openapi openapi
COPY scripts scripts
COPY mock_server mock_server
# With the contract built into it: the server finds it done and writes nothing.
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
# A user without a home, a shell or a right to write anywhere.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin sandbox
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8080
# From inside the container the control plane answers, and this path of it asks the database.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/_sandbox/v1/installs?limit=1', timeout=2)"]
# The server itself is process 1: it gets SIGTERM, finishes what it has and leaves.
ENTRYPOINT ["hellobooks-sandbox"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]

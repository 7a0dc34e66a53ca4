# The desk as an image: web server, worker, beat and every command of manage.py.
# Built in two steps, so that what only installing needs is not in it. Needs no network when run.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt requirements-s3.txt /build/
RUN python -m venv /desk/.venv \
 && /desk/.venv/bin/pip install --require-hashes --only-binary :all: -r /build/requirements-s3.txt
COPY . /desk
WORKDIR /desk
# Static files are part of the image; the settings want their names, not their values. Who checked
# this out, and manage.py, may keep their files from others; but who runs it is another.
RUN DESK_STATIC=/desk/static-collected DESK_DATA=/tmp/build \
    DESK_SECRET_KEY=build DESK_MAIL_KEY=build \
    DATABASE_URL=postgres://nobody@nowhere/none REDIS_URL=redis://nowhere/0 \
    .venv/bin/python manage.py collectstatic --noinput \
 && .venv/bin/python -m compileall -q servicedesk knowledgebase tickets sla \
 && chmod -R a+rX /desk

# The proxy of docker-compose.yml, whose folders are its own user's.
FROM caddy:2 AS proxy
RUN chown -R 10002:10002 /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 10002:10002

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin desk \
 && install -d -o desk -g desk -m 0700 /data
COPY --from=build /desk /desk
ENV PATH=/desk/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DESK_STATIC=/desk/static-collected DESK_DATA=/data DJANGO_SETTINGS_MODULE=servicedesk.settings
WORKDIR /desk
USER desk
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "servicedesk.wsgi", "-c", "python:servicedesk.local.web", "--bind", "0.0.0.0:8000"]

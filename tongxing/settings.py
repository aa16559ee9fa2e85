"""Settings. Everything that differs between places is an environment variable; `docs/operations.md` lists them."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.utils.csp import CSP

from tongxing.ground import postgres
from tongxing.ground.folders import ROOT, keys, var


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "").lower() in ("1", "true", "yes", "on")


def kept_secret(path: Path) -> str:
    """A secret made at the first start and kept in a file that only this account can read."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # fails where another process was first
        except FileExistsError:
            pass
        draft.unlink()
    return path.read_text()


DEBUG = flag("TONGXING_DEBUG")
SECRET_KEY = os.environ.get("TONGXING_SECRET_KEY") or kept_secret(keys() / "session.key")
ALLOWED_HOSTS = os.environ.get("TONGXING_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("TONGXING_ORIGINS", "").split(",") if origin]
HTTPS = flag("TONGXING_HTTPS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "axes",
    "procrastinate.contrib.django",
    "tongxing.ground",
    "tongxing.places",
    "tongxing.calendars",
    "tongxing.journal",
    "tongxing.crypto",
    "tongxing.files",
    "tongxing.outbox",
    "tongxing.clocks",
    "tongxing.accounts",
    "tongxing.units",
    "tongxing.notices",
    "tongxing.forms",
    "tongxing.imports",
    "tongxing.caremodels",
    "tongxing.children",
    "tongxing.circles",
    "tongxing.log",
    "tongxing.duties",
    "tongxing.care",
    "tongxing.protection",
    "tongxing.guardianship",
    "tongxing.hotline",
    "tongxing.figures",
    "tongxing.exchange",
    "tongxing.letters",
    "tongxing.office",
    "tongxing.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "tongxing.accounts.middleware.PostMiddleware",
]

ROOT_URLCONF = "tongxing.urls"
FORM_RENDERER = "tongxing.office.rendering.OfficeRenderer"
CSRF_FAILURE_VIEW = "tongxing.office.errors.stale_form"
WSGI_APPLICATION = "tongxing.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongxing.office.context.office",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "tongxing.office.templatetags.office"],
        },
    }
]

# The application's role reads and writes; the owner's role migrates and is known to the migrating command only.
# Without DATABASE_URL (translations, makemigrations) there is no database at all.
_postgres: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
DATABASES: dict[str, dict[str, Any]] = {"default": {"ENGINE": "django.db.backends.dummy"}}
SILENCED_SYSTEM_CHECKS = ["models.W040"]  # which knows no columns that an index carries along
# A plan is made once a connection: behind row-level security planning costs more than the answer.
_prepared = {"server_side_binding": True, "prepare_threshold": int(os.environ.get("TONGXING_PREPARE", "5")) or None}
if application := os.environ.get("DATABASE_URL"):
    DATABASES["default"] = {
        **_postgres,
        **postgres.parse(application),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": int(os.environ.get("TONGXING_POOL", "8"))}, **_prepared},
    }
if owner := os.environ.get("DATABASE_OWNER_URL"):
    DATABASES["owner"] = {**_postgres, **postgres.parse(owner), "OPTIONS": {"options": "-c tongxing.lo=0 -c tongxing.hi=999999999999"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tongxing.accounts.passwords.OwnNameValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "tongxing.accounts.passwords.MixedPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
AXES_HANDLER = "tongxing.accounts.lockout.Handler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "tongxing.accounts.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "tongxing.accounts.lockout.address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the journal knows who signed in

DEMO = flag("TONGXING_DEMO")  # invented people, and sign-ins that the whole world knows
DEMO_ACCOUNTS = "tongxing.demo.state.accounts"
DEMO_LEDGERS = "tongxing.demo.samples.offered"
SECOND_FACTOR = flag("TONGXING_SECOND_FACTOR", default=not DEMO)  # forced on the roles that ask for it; anyone may use one
CERTIFICATE_REQUIRED = flag("TONGXING_CERTIFICATE_REQUIRED")  # a director without a training certificate has no powers (HN-7)
BEHIND_PROXY = flag("TONGXING_BEHIND_PROXY")
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 7 * 86_400}  # a machine that is off at night does its daily and weekly work when it is on again
SIGNED_IN_HOURS = 12  # after so long even a busy session ends
HANDOVER = [  # functions (post) → accounts.handover.Item: what a post leaves behind
    "tongxing.children.handover.files",
    "tongxing.children.handover.unfinished",
    "tongxing.children.handover.to_decide",
    "tongxing.circles.handover.children",
]
APPOINTED = ["tongxing.circles.actions.joining.appointed", "tongxing.letters.actions.receiving.appointed"]  # functions (post, by): what follows when somebody is given a post
# What leaves the house: a class a channel (tongxing.outbox.gateways), who is reached where, whose names never leave.
_console = "tongxing.outbox.gateways.Console" if DEMO else ""
OUTBOX_GATEWAYS = {"sms": os.environ.get("TONGXING_SMS_GATEWAY", _console), "email": os.environ.get("TONGXING_EMAIL_GATEWAY", _console)}
OUTBOX_SMTP = os.environ.get("TONGXING_SMTP", "")
OUTBOX_SENDER = os.environ.get("TONGXING_EMAIL_SENDER", "")
OUTBOX_QUIET = os.environ.get("TONGXING_QUIET_HOURS", "21:00-07:30")
CLOCKS = {  # functions (clock): who hears that a clock of this kind has run out
    "hop": "tongxing.protection.actions.chains.lapsed",
    "case": "tongxing.protection.actions.breaches.breached",
    "task": "tongxing.protection.actions.breaches.overdue",
    "confirmation": "tongxing.guardianship.actions.expiring.ran_out",
    "letter": "tongxing.letters.telling.lapsed",
    "callback": "tongxing.hotline.actions.callbacks.overdue",
}
UNIT_OF_POST = "tongxing.units.queries.of_post"  # function (role, name, place) → the unit's id: units stand on a higher floor than posts
OUTBOX_PEOPLE = "tongxing.accounts.addresses.reached"
OUTBOX_NAMES = "tongxing.children.naming.named"
SESSION_COOKIE_AGE = int(os.environ.get("TONGXING_IDLE_MINUTES", "30")) * 60  # idle logout: renewed by every request
SESSION_SAVE_EVERY_REQUEST = False  # the post middleware renews it once a minute
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_HANDLERS = ["tongxing.files.uploads.InMemory"]  # no plaintext in a folder for temporary files

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]  # each names itself
LOCALE_PATHS = sorted((ROOT / "tongxing").glob("*/locale"))  # an app each; the libraries without models have one too
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = None  # whitenoise serves the bundle where the build left it
STATICFILES_DIRS = [ROOT / "assets" / "dist"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": var() / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

TONGXING_CIPHER = os.environ.get("TONGXING_CIPHER", "AES-256-GCM")  # or SM4-GCM
PRIVACY_OPERATOR = os.environ.get("TONGXING_OPERATOR", "")  # who processes, and how to reach them: on the privacy notice
PRIVACY_CONTACT = os.environ.get("TONGXING_CONTACT", "")
LEDGER_KINDS = [
    "tongxing.children.ledger.kind.KIND",
    "tongxing.children.rosters.kind.KIND",
    "tongxing.exchange.national.kind.KIND",
    "tongxing.accounts.ledger.kind.KIND",
    "tongxing.care.sheets.kind.KINDS",
]  # lists that can be imported, in this order

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "tongxing.ground.logs.JsonFormatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": os.environ.get("TONGXING_LOG", "WARNING")},
    "loggers": {"tongxing": {"level": os.environ.get("TONGXING_LOG", "INFO")}, "axes": {"level": "ERROR"}},
}

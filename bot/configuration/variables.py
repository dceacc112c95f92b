"""Every setting that comes from `.env` or the environment, what it is for and how to obtain it.

These are the words of `.env.example` (a test compares them) and of what the desk says when one is missing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """`secret`: its value is never shown. `default` "" means not set."""

    name: str
    how: str
    default: str = ""
    secret: bool = False


SLACK_BOT_TOKEN = Variable(
    "SLACK_BOT_TOKEN",
    "The Slack app's Bot User OAuth Token; it starts with xoxb-. Create the app once at "
    "https://api.slack.com/apps: Create New App, From a manifest, and paste what `dawnline slack "
    "manifest` prints. Then choose Install App, Install to Workspace, and copy the token from OAuth & "
    "Permissions.",
    secret=True,
)
SLACK_APP_TOKEN = Variable(
    "SLACK_APP_TOKEN",
    "The Slack app's app-level token; it starts with xapp-. Needed while PUBLIC_URL is not set, because "
    "the desk then calls Slack (Socket Mode). At https://api.slack.com/apps open the app, Basic "
    "Information, App-Level Tokens, Generate Token and Scopes, and add the scope connections:write.",
    secret=True,
)
SLACK_SIGNING_SECRET = Variable(
    "SLACK_SIGNING_SECRET",
    "The Slack app's Signing Secret. Needed once PUBLIC_URL is set, because Slack then calls the desk. "
    "At https://api.slack.com/apps open the app, Basic Information, App Credentials, Signing Secret, "
    "Show.",
    secret=True,
)
TELEGRAM_BOT_TOKEN = Variable(
    "TELEGRAM_BOT_TOKEN",
    "The Telegram bot's token, such as 123456789:AAE-abc_123. Write to @BotFather in Telegram: /newbot, "
    "or /mybots and API Token for a bot you have. Then tell it /setprivacy, Disable, so that the bot "
    "sees what customers write in their groups.",
    secret=True,
)
TELEGRAM_WEBHOOK_SECRET = Variable(
    "TELEGRAM_WEBHOOK_SECRET",
    "A secret of your own making by which the desk knows that Telegram is calling: 1 to 256 of A-Z a-z "
    "0-9 _ -. Needed for Telegram once PUBLIC_URL is set. Make one with: openssl rand -hex 32",
    secret=True,
)
IMAP_URL = Variable(
    "IMAP_URL",
    "The mailbox customers write to: imaps://USER:PASSWORD@HOST:993/INBOX. A special character in user or "
    "password is written as %XX (@ is %40). With ?auth=xoauth2 at the end the desk signs in with an access "
    "token (EMAIL_OAUTH_...), as Microsoft 365 demands. imap:// means STARTTLS. docs/email.md shows Gmail, "
    "Microsoft 365 and servers of your own. More mailboxes: IMAP_URL_NAME, called by that name in "
    "dawnline.toml.",
    secret=True,
)
SMTP_URL = Variable(
    "SMTP_URL",
    "The server that sends the desk's mail: smtp://USER:PASSWORD@HOST:587 (STARTTLS) or "
    "smtps://USER:PASSWORD@HOST:465; without USER:PASSWORD@ where the server asks for none.",
    secret=True,
)
EMAIL_INBOUND_TOKEN = Variable(
    "EMAIL_INBOUND_TOKEN",
    "A secret of your own making for POST /email/inbound, where a mail provider's inbound route or a pipe "
    "from your mail server brings whole mails; with it IMAP_URL is not needed. At least 16 characters, sent "
    "as `Authorization: Bearer ...` or as the password of HTTP's basic authentication. Make one with: "
    "openssl rand -hex 32",
    secret=True,
)
EMAIL_OAUTH_TOKEN_URL = Variable(
    "EMAIL_OAUTH_TOKEN_URL",
    "Where access tokens for IMAP_URL and SMTP_URL with ?auth=xoauth2 come from: "
    "https://login.microsoftonline.com/TENANT/oauth2/v2.0/token or https://oauth2.googleapis.com/token.",
)
EMAIL_OAUTH_CLIENT_ID = Variable(
    "EMAIL_OAUTH_CLIENT_ID", "The application's id, as the provider's console shows it.", secret=True
)
EMAIL_OAUTH_CLIENT_SECRET = Variable(
    "EMAIL_OAUTH_CLIENT_SECRET", "The application's secret; empty where it has none.", secret=True
)
EMAIL_OAUTH_REFRESH_TOKEN = Variable(
    "EMAIL_OAUTH_REFRESH_TOKEN",
    "The refresh token that was given out when the mailbox's owner agreed. Left empty, the application signs "
    "in for itself (client credentials), as Microsoft 365 allows for a shared mailbox.",
    secret=True,
)
EMAIL_OAUTH_SCOPE = Variable(
    "EMAIL_OAUTH_SCOPE",
    "The scope to ask for, such as https://outlook.office365.com/.default; empty where none is needed.",
)
TWILIO_ACCOUNT_SID = Variable(
    "TWILIO_ACCOUNT_SID",
    "The account at the telephone provider (Twilio, or one that speaks its API); it starts with AC. At "
    "https://console.twilio.com it is under Account Info. docs/phone.md shows what to set at the provider.",
)
TWILIO_AUTH_TOKEN = Variable(
    "TWILIO_AUTH_TOKEN",
    "The account's auth token, beside the Account SID. With it the desk signs in at the provider, and knows "
    "that the provider is calling.",
    secret=True,
)
TWILIO_ACCOUNT_SID_2 = Variable(
    "TWILIO_ACCOUNT_SID_2",
    "The account at a second provider, used while the first does not answer. Its number stands in "
    "dawnline.toml with provider = 2.",
)
TWILIO_AUTH_TOKEN_2 = Variable("TWILIO_AUTH_TOKEN_2", "The second account's auth token.", secret=True)
NTFY_URL = Variable(
    "NTFY_URL",
    "An ntfy server (https://ntfy.sh or one of your own) that pushes pages to engineers' devices, such as "
    "https://ntfy.example.com. Each engineer subscribes to a topic of their own, named in dawnline.toml.",
)
NTFY_TOKEN = Variable(
    "NTFY_TOKEN",
    "An access token of that server (`ntfy token add`); empty where topics are open to whoever knows them.",
    secret=True,
)
OIDC_ISSUER = Variable(
    "OIDC_ISSUER",
    "The OpenID Connect provider by which people sign in on the web, exactly as it calls itself: "
    "https://accounts.google.com, https://login.microsoftonline.com/TENANT-ID/v2.0 or "
    "https://keycloak.example.com/realms/NAME. docs/web.md shows what to register there.",
)
OIDC_CLIENT_ID = Variable("OIDC_CLIENT_ID", "The client's id, as the provider gave it out.")
OIDC_CLIENT_SECRET = Variable(
    "OIDC_CLIENT_SECRET",
    "The client's secret; empty for a public client, which has none and is protected by PKCE alone.",
    secret=True,
)
OIDC_NAME = Variable(
    "OIDC_NAME", "What stands on the button: the name people know the provider by.", "single sign-on"
)
OIDC_SCOPE = Variable(
    "OIDC_SCOPE",
    "What the provider is asked for, separated by spaces. It must hold openid, and whatever makes the "
    "provider tell the e-mail address.",
    "openid email profile",
)
OIDC_TRUST_EMAIL = Variable(
    "OIDC_TRUST_EMAIL",
    "yes: take the e-mail address also from a provider that does not say whether it verified it, as "
    "Microsoft Entra does not when it is not told to. Only where nobody can set somebody else's address "
    "there: yes or no.",
    "no",
)
PUBLIC_URL = Variable(
    "PUBLIC_URL",
    "The address under which Slack, Telegram and the telephone provider reach this desk, such as "
    "https://desk.example.com, if they can. Whatever serves it must pass /slack/events, /telegram/webhook, "
    "/email/inbound, /phone/ and /push/ on to PORT, and everything else for the portal and the console. "
    "The telephone needs it. "
    "Left empty, the desk itself calls Slack (Socket Mode) and Telegram (long polling), which needs no "
    "address and no open port.",
)
WEB = Variable(
    "WEB",
    "on or off: whether the desk serves its own pages (the customers' portal, the engineers' console) and "
    "the API. With PUBLIC_URL somebody must be able to sign in there: by SMTP_URL (a link by mail) or by "
    "OIDC_ISSUER (single sign-on). off leaves only the channels' webhooks and /readyz.",
    "on",
)
PORT = Variable(
    "PORT",
    "The port the desk listens on, for /readyz and, with PUBLIC_URL, for Slack and Telegram: 1 to 65535.",
    "8080",
)
DAWNLINE_CONFIG = Variable(
    "DAWNLINE_CONFIG",
    "The file with the desk's policy: copy dawnline.example.toml to dawnline.toml and put your own "
    "people in. A relative path starts at the directory of .env.",
    "dawnline.toml",
)
DATABASE_URL = Variable(
    "DATABASE_URL",
    "Where the desk keeps everything: sqlite:///FILE, or sqlite:////FILE (four slashes) for an absolute "
    "path; the file is made at the first start. For more than one worker "
    "postgresql://USER:PASSWORD@HOST:5432/DATABASE, PostgreSQL 14 or later; the tables are made at the "
    "first start. A special character in the password is written as %XX.",
    "sqlite:///dawnline.db",
)
DAWNLINE_FILES = Variable(
    "DAWNLINE_FILES",
    "The directory where whole mails are kept as they came in, and files that people attach on the web "
    "(where FILES_S3_URL is set, only until they are whole). A relative path starts at the directory of "
    ".env. Workers on several machines need one that they share.",
    "files",
)
FILES_S3_URL = Variable(
    "FILES_S3_URL",
    "A bucket for the files that people attach on the web, at Amazon S3 or any storage that speaks S3: "
    "s3://KEY:SECRET@HOST/BUCKET?region=REGION, such as "
    "s3://AKIA...:...@s3.eu-central-1.amazonaws.com/desk-files?region=eu-central-1. The bucket must be "
    "there; docs/web.md says what the key must be allowed. A special character in key or secret is written "
    "as %XX (/ is %2F). Without region the storage is asked for it; secure=false means without TLS. Left "
    "empty, the files are kept in DAWNLINE_FILES.",
    secret=True,
)
SLACK_API_URL = Variable(
    "DAWNLINE_SLACK_API_URL",
    "Another server in place of https://slack.com/api/, such as a proxy or a test's own. Leave it empty "
    "otherwise.",
)
TELEGRAM_API_URL = Variable(
    "DAWNLINE_TELEGRAM_API_URL",
    "Another server in place of https://api.telegram.org, such as a local Bot API server. Leave it "
    "empty otherwise.",
)
PHONE_API_URL = Variable(
    "DAWNLINE_PHONE_API_URL",
    "Another server in place of https://api.twilio.com: a provider that speaks its API, or a test's own.",
)
PHONE_API_URL_2 = Variable("DAWNLINE_PHONE_API_URL_2", "The same for the second provider.")
LOG_LEVEL = Variable("LOG_LEVEL", "How much is logged: debug, info, warning, error or critical.", "info")
LOG_FORMAT = Variable(
    "LOG_FORMAT", "How it is written: text for people, json for machines that collect logs.", "text"
)

MORE_MAILBOXES = "IMAP_URL_"
"""What the names of further mailboxes' settings begin with."""
VARIABLES = {
    each.name: each
    for each in (
        SLACK_BOT_TOKEN,
        SLACK_APP_TOKEN,
        SLACK_SIGNING_SECRET,
        TELEGRAM_BOT_TOKEN,
        TELEGRAM_WEBHOOK_SECRET,
        IMAP_URL,
        SMTP_URL,
        EMAIL_INBOUND_TOKEN,
        EMAIL_OAUTH_TOKEN_URL,
        EMAIL_OAUTH_CLIENT_ID,
        EMAIL_OAUTH_CLIENT_SECRET,
        EMAIL_OAUTH_REFRESH_TOKEN,
        EMAIL_OAUTH_SCOPE,
        TWILIO_ACCOUNT_SID,
        TWILIO_AUTH_TOKEN,
        TWILIO_ACCOUNT_SID_2,
        TWILIO_AUTH_TOKEN_2,
        NTFY_URL,
        NTFY_TOKEN,
        OIDC_ISSUER,
        OIDC_CLIENT_ID,
        OIDC_CLIENT_SECRET,
        OIDC_NAME,
        OIDC_SCOPE,
        OIDC_TRUST_EMAIL,
        PUBLIC_URL,
        WEB,
        PORT,
        DAWNLINE_CONFIG,
        DATABASE_URL,
        DAWNLINE_FILES,
        FILES_S3_URL,
        SLACK_API_URL,
        TELEGRAM_API_URL,
        PHONE_API_URL,
        PHONE_API_URL_2,
        LOG_LEVEL,
        LOG_FORMAT,
    )
}

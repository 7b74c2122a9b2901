# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's servers: private, on free loopback ports, with a certificate authority of their own, gone when stopped.

Prosody and ejabberd come from this Debian; Prosody 13 from a Debian 13 folder made by debootstrap and kept in the cache.
Everything lives in one temporary folder, processes are ended by their id on every way out.
"""

import atexit
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
FEATURES = json.loads((HERE / 'features.json').read_text())
KINDS = list(FEATURES)


class LabError(Exception):
    """What went wrong, in a sentence that says what to do."""


def free_port():
    """A loopback port that is free now. The servers bind it within the second; a clash shows as a failed start."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        raise LabError(f'{command[0]} failed: {done.stdout.strip()[-2000:]}')
    return done.stdout


def as_root():
    """The prefix for what only root may do."""
    return [] if os.getuid() == 0 else ['sudo', '-n']


class Authority:
    """A certificate authority made at start, by certtool."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate = self.folder / 'ca.pem'
        self.key = self.folder / 'ca.key'
        self._key(self.key)
        self._template('ca', 'cn = "Stonechat lab"', 'ca', 'cert_signing_key', 'expiration_days = 30')
        run('certtool', '--generate-self-signed', '--load-privkey', self.key, '--template', self.folder / 'ca.cfg',
            '--outfile', self.certificate)

    def _key(self, path):
        run('certtool', '--generate-privkey', '--key-type', 'ecdsa', '--curve', 'secp256r1', '--outfile', path)

    def _template(self, name, *lines):
        (self.folder / f'{name}.cfg').write_text('\n'.join(lines) + '\n')

    def issue(self, *names, name=None, extra=('expiration_days = 30',)):
        """(certificate, key) for these DNS names."""
        name = name or names[0]
        key, certificate = self.folder / f'{name}.key', self.folder / f'{name}.crt'
        self._key(key)
        self._template(name, f'cn = "{names[0]}"', *(f'dns_name = "{n}"' for n in names),
                       'tls_www_server', 'signing_key', 'encryption_key', *extra)
        run('certtool', '--generate-certificate', '--load-privkey', key, '--load-ca-certificate', self.certificate,
            '--load-ca-privkey', self.key, '--template', self.folder / f'{name}.cfg', '--outfile', certificate)
        return certificate, key


class Person:
    """An account of the lab and whom it knows."""

    def __init__(self, user, password, roster=()):
        self.user, self.password, self.roster = user, password, list(roster)


class Server:
    """One running server. Attributes: kind, domain, host, port (STARTTLS), tls_port, ca, folder."""

    kind = None

    def __init__(self, people, domain='verona.test', folder=None, port=None, tls_port=None):
        self.domain, self.host, self.people = domain, '127.0.0.1', list(people)
        self.process = None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix='stonechat-lab-'))
        self.own_folder = folder is None
        atexit.register(self.stop)          # also where making it fails or is interrupted
        self.port, self.tls_port = port or free_port(), tls_port or free_port()
        self.authority = Authority(self.folder / 'ca')
        self.ca = self.authority.certificate
        self.log = self.folder / 'server.log'
        self.features = FEATURES[self.kind]

    def start(self, deadline=40):
        with open(self.log, 'ab') as log:
            # It ends with us, even where we are killed.
            self.process = subprocess.Popen(['setpriv', '--pdeathsig', 'TERM', *self.command()], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd=self.folder, env=self.environment(),
                                            start_new_session=True)
        end = time.monotonic() + deadline
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                text = self.log.read_text(errors='replace')[-3000:]
                self.stop()
                raise LabError(f'{self.kind} did not start. The end of its log:\n{text}')
            time.sleep(0.05)
        return self

    def environment(self):
        return None

    def _answers(self):
        try:
            with socket.create_connection((self.host, self.port), timeout=1) as probe:
                probe.sendall(f"<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='{self.domain}' version='1.0'"
                              " xmlns:stream='http://etherx.jabber.org/streams'>".encode())
                return b'starttls' in probe.recv(4096)
        except OSError:
            return False

    def halt(self):
        """Ends the process only; start () brings the same server back."""
        if self.process and self.process.poll() is None:
            for sign in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(self.process.pid, sign)
                    self.process.wait(timeout=5)
                    break
                except PermissionError:
                    run(*as_root(), 'kill', f'-{sign.value}', '--', f'-{self.process.pid}')
                    self.process.wait(timeout=5)
                    break
                except subprocess.TimeoutExpired:
                    continue
        self.process = None

    def stop(self):
        self.halt()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def describe(self):
        return {'kind': self.kind, 'domain': self.domain, 'host': self.host, 'port': self.port,
                'tls_port': self.tls_port, 'ca': str(self.ca), 'features': self.features,
                'people': {p.user: p.password for p in self.people}}


def lua(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


class Prosody(Server):
    """Prosody of this Debian in the foreground, its accounts and rosters written as its data files."""

    kind = 'prosody'
    modules = ['disco', 'roster', 'saslauth', 'tls', 'blocklist', 'carbons', 'pep', 'private', 'smacks', 'csi_simple',
               'ping', 'time', 'uptime', 'version', 'mam', 'offline', 'vcard4', 'vcard_legacy', 'register', 'limits']

    def __init__(self, people, hibernation=300, log='info', **options):
        super().__init__(people, **options)
        self.hibernation = hibernation      # seconds that a cut session waits to be resumed
        self.level = log
        self.disabled = ['DIGEST-MD5']      # ways to log in that are not offered; read at the start
        self.inside = self.folder           # the folder as the server sees it
        self.authority.issue(self.domain)
        data = self.folder / 'data' / self.domain.replace('.', '%2e')
        for kind in ('accounts', 'roster'):
            (data / kind).mkdir(parents=True)
        for person in self.people:
            (data / 'accounts' / f'{person.user}.dat').write_text(f'return {{ ["password"] = {lua(person.password)} }};\n')
            rows = ''.join(self._roster_row(*row) for row in person.roster)
            (data / 'roster' / f'{person.user}.dat').write_text(
                f'return {{ [false] = {{ version = 1; pending = {{}}; }};\n{rows} }};\n')

    @staticmethod
    def _roster_row(jid, name, groups, subscription):
        inside = ' '.join(f'[{lua(g)}] = true;' for g in groups)
        return (f'  [{lua(jid)}] = {{ name = {lua(name)}; subscription = {lua(subscription)}; '
                f'groups = {{ {inside} }}; }};\n')

    def configuration(self):
        return f'''
run_as_root = true
pidfile = "{self.inside}/prosody.pid"
data_path = "{self.inside}/data"
plugin_paths = {{ "/usr/lib/prosody/modules", "/usr/share/prosody-modules" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.port} }}
c2s_direct_tls_ports = {{ {self.tls_port} }}
s2s_ports = {{ }}
modules_enabled = {{ {", ".join(lua(m) for m in self.modules)} }}
modules_disabled = {{ "s2s" }}
allow_registration = false
authentication = "internal_hashed"
disable_sasl_mechanisms = {{ {", ".join(lua(m) for m in self.disabled)} }}
storage = "internal"
c2s_require_encryption = true
max_archive_query_results = 250
smacks_hibernation_time = {self.hibernation}
log = {{ {{ levels = {{ min = "{self.level}" }}; to = "console"; }}; }}
certificates = "{self.inside}/ca"
VirtualHost {lua(self.domain)}
'''

    def command(self):
        (self.folder / 'prosody.cfg.lua').write_text(self.configuration())
        return ['prosody', '--config', str(self.folder / 'prosody.cfg.lua'), '-F']


class Prosody13(Prosody):
    """Prosody 13 inside a Debian 13 folder that debootstrap made once."""

    kind = 'prosody13'
    modules = Prosody.modules + ['sasl2', 'sasl2_bind2', 'sasl2_sm', 'sasl2_fast']

    def __init__(self, people, **options):
        self.root = debian13('prosody', 'prosody-modules', 'lua-sec', 'lua-dbi-sqlite3')
        if options.get('folder') is None:
            place = self.root / 'lab'
            run(*as_root(), 'install', '-d', '-m', '0777', place)
            options['folder'] = tempfile.mkdtemp(prefix='prosody-', dir=place)
        super().__init__(people, **options)
        self.inside = pathlib.Path('/') / self.folder.relative_to(self.root)

    def configuration(self):
        return super().configuration().replace('authentication =', 'password_hash = "SHA-256"\nauthentication =')

    def command(self):
        (self.folder / 'prosody.cfg.lua').write_text(self.configuration())
        return [*as_root(), 'chroot', str(self.root), 'env', 'TMPDIR=/tmp', 'prosody', '--config', str(self.inside / 'prosody.cfg.lua'), '-F']

    def stop(self):
        self.halt()
        if self.folder.exists():
            run(*as_root(), 'rm', '-rf', self.folder)


class Ejabberd(Server):
    """ejabberd of this Debian without distribution: no epmd, no name, one process."""

    kind = 'ejabberd'

    def __init__(self, people, hibernation=300, **options):
        super().__init__(people, **options)
        certificate, key = self.authority.issue(self.domain)
        (self.folder / 'server.pem').write_text(certificate.read_text() + key.read_text())
        (self.folder / 'spool').mkdir()
        (self.folder / 'inetrc').write_text('{lookup, [file, native]}.\n')
        (self.folder / 'ejabberd.yml').write_text(f'''
loglevel: info
hosts: ["{self.domain}"]
certfiles: ["{self.folder}/server.pem"]
ca_file: "{self.ca}"
auth_method: internal
auth_password_format: scram
auth_scram_hash: sha512
disable_sasl_mechanisms: ["digest-md5", "X-OAUTH2"]
listen:
  - {{port: {self.port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls_required: true}}
  - {{port: {self.tls_port}, ip: "127.0.0.1", module: ejabberd_c2s, tls: true}}
access_rules: {{local: [allow: all], c2s: [allow: all], pubsub_createnode: [allow: all]}}
modules:
  mod_adhoc: {{}}
  mod_blocking: {{}}
  mod_caps: {{}}
  mod_carboncopy: {{}}
  mod_client_state: {{}}
  mod_disco: {{}}
  mod_last: {{}}
  mod_mam: {{default: always}}
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_private: {{}}
  mod_pubsub: {{plugins: [flat, pep], access_createnode: pubsub_createnode}}
  mod_roster: {{versioning: true}}
  mod_stream_mgmt: {{resend_on_timeout: if_offline, resume_timeout: {hibernation}}}
  mod_time: {{}}
  mod_vcard: {{}}
  mod_version: {{}}
''')

    def command(self):
        def erl(text):
            return '<<"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"/utf8>>'
        steps = []
        for person in self.people:
            steps.append(f'ejabberd_auth:try_register({erl(person.user)},{erl(self.domain)},{erl(person.password)})')
        for person in self.people:
            for jid, name, groups, subscription in person.roster:
                user, domain = jid.split('@')
                steps.append('mod_admin_extra:add_rosteritem(' + ','.join(map(erl, (
                    person.user, self.domain, user, domain, name, ';'.join(groups), subscription))) + ')')
        # Accounts first, then the listeners are of use: the first start fills the tables, later ones find them.
        (self.folder / 'setup.escript').write_text(',\n'.join(steps or ['ok']) + '.\n')
        return ['erl', '-noinput', '-kernel', 'inetrc', f'"{self.folder}/inetrc"', '-mnesia', 'dir',
                f'"{self.folder}/spool"', '-s', 'ejabberd',
                '-eval', f'{{ok,T}}=file:read_file("{self.folder}/setup.escript"),'
                         '{ok,S,_}=erl_scan:string(unicode:characters_to_list(T)),{ok,E}=erl_parse:parse_exprs(S),'
                         'erl_eval:exprs(E,[]),file:write_file("ready",<<"1">>).']

    def environment(self):
        return dict(os.environ, EJABBERD_CONFIG_PATH=str(self.folder / 'ejabberd.yml'), HOME=str(self.folder),
                    EJABBERD_LOG_PATH=str(self.folder / 'ejabberd.log'), ERL_LIBS='/usr/lib/x86_64-linux-gnu',
                    ERL_CRASH_DUMP=str(self.folder / 'crash.dump'))

    def _answers(self):
        return (self.folder / 'ready').exists() and super()._answers()


def mirror():
    """The Debian mirror that this machine uses."""
    for path in [pathlib.Path('/etc/apt/sources.list'), *pathlib.Path('/etc/apt/sources.list.d').glob('*')]:
        for line in path.read_text().splitlines() if path.exists() else []:
            for word in line.split():
                if word.startswith('http') and word.rstrip('/').endswith('/debian') and not line.startswith('#'):
                    return word
    raise LabError('No Debian mirror is set in /etc/apt/sources.list.')


def debian13(*packages):
    """The Debian 13 folder, made on first use and kept in the cache, with these packages in it."""
    cache = pathlib.Path(os.environ.get('STONECHAT_LAB_CACHE') or
                         pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache') / 'stonechat-lab')
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / 'lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)    # tests run side by side
        return make_debian13(cache / 'debian13', packages)


def make_debian13(root, packages):
    if not (root / 'ready').exists():
        print('Making a Debian 13 folder (about a minute)…', flush=True)
        run(*as_root(), 'rm', '-rf', root)
        run(*as_root(), 'debootstrap', '--variant=minbase', 'trixie', root, mirror())
        run(*as_root(), 'sh', '-c', f'printf "#!/bin/sh\\nexit 101\\n" > {root}/usr/sbin/policy-rc.d && '
                                    f'chmod 755 {root}/usr/sbin/policy-rc.d && touch {root}/ready')
    present = run(*as_root(), 'chroot', root, 'dpkg-query', '-W', '-f', '${db:Status-Status} ${Package}\n')
    missing = [p for p in packages if f'installed {p}\n' not in present]
    if missing:
        inside = [*as_root(), 'chroot', root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'TMPDIR=/tmp']
        run(*as_root(), 'mount', '-t', 'proc', 'proc', root / 'proc')
        try:
            run(*inside, 'apt-get', '-q', 'update')
            run(*inside, 'apt-get', '-qy', '--no-install-recommends', 'install', *missing)
        finally:
            run(*as_root(), 'umount', root / 'proc')
    return root


def server(kind, people, **options):
    return {'prosody': Prosody, 'prosody13': Prosody13, 'ejabberd': Ejabberd}[kind](people, **options)

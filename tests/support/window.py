# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real window over AT-SPI, by role and accessible name, as a screen reader would.

A test calls private_session () first: it re-runs itself inside a session bus of its own with private folders, a display,
the accessibility bus and, where asked, an unlocked keyring.
"""

import ast
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

DEADLINE = 20 * float(os.environ.get('STONECHAT_TEST_PATIENCE', '1'))


# A machine of its own: only loopback, names and trusted authorities from files in the home, and not root. Programs that read
# the system's trust store and find a server by DNS alone are none the wiser.
# Not root is nobody, whom every machine has.
MACHINE = ['unshare', '--user', '--map-root-user', '--mount', '--net', '--', 'sh', '-ec', '''
mount --bind "$HOME/hosts" /etc/hosts
mount --bind "$HOME/authorities.pem" /etc/ssl/certs/ca-certificates.crt
mkdir "$HOME/small" && mount -t tmpfs -o size=24m small "$HOME/small"
mkdir "$HOME/writable" "$HOME/read-only"
mount --bind "$HOME/writable" "$HOME/read-only" && mount -o remount,bind,ro "$HOME/read-only"
ip link set lo up
ip address add 127.0.0.2/8 dev lo  # with 127.0.0.1 alone, getaddrinfo () finds no IPv4 to ask for
exec unshare --user --map-user=65534 --map-group=65534 -- "$@"
''', 'machine']


def private_session(keyring=False, desktop=False, machine=False, screen='1400x1000'):
    """Returns inside a private session; the outer process passes the exit status on and cleans up on every way out.

    desktop: with a window manager, for what depends on which window is in front.
    machine: not root, with a network, names and trusted authorities of its own, which introduce () fills, a small
    disk at HOME/small, and HOME/writable again as HOME/read-only.
    """
    end_by_exception()
    if os.environ.pop('STONECHAT_INSIDE', None):
        begin(keyring)
        return
    home = tempfile.mkdtemp(prefix='stonechat-ui-')
    os.makedirs(f'{home}/runtime', mode=0o700)
    os.mkdir(f'{home}/tmp')
    environment = dict(os.environ, STONECHAT_INSIDE='1', HOME=home, XDG_RUNTIME_DIR=f'{home}/runtime', TMPDIR=f'{home}/tmp',
                       XDG_CONFIG_HOME=f'{home}/config', XDG_DATA_HOME=f'{home}/data', XDG_CACHE_HOME=f'{home}/cache',
                       XDG_STATE_HOME=f'{home}/state', GSK_RENDERER='cairo', GDK_BACKEND='x11', GTK_A11Y='atspi',
                       LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals')
    for name in ('DBUS_SESSION_BUS_ADDRESS', 'WAYLAND_DISPLAY', 'AT_SPI_BUS_ADDRESS', 'GSETTINGS_BACKEND'):
        environment.pop(name, None)
    # What the lab keeps is the user's, not the private home's.
    cache = os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache'
    environment.setdefault('STONECHAT_LAB_CACHE', str(pathlib.Path(cache, 'stonechat-lab')))
    helpers = []
    try:
        start_display(screen, environment, helpers)
        if desktop:
            helpers.append(start('openbox', env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        if machine:
            pathlib.Path(home, 'hosts').write_text('127.0.0.1 localhost\n')
            pathlib.Path(home, 'authorities.pem').touch()
        helpers.append(start(*(MACHINE if machine else []), 'dbus-run-session', '--', '/usr/bin/python3', *sys.argv,
                             env=environment))
        code = helpers[-1].wait()
    finally:
        for helper in reversed(helpers):
            end(helper)
        shutil.rmtree(home, ignore_errors=True)
    sys.exit(code)


def introduce(server):
    """Tells the programs of this machine where the lab's server is, and to trust it; needs private_session (machine=True)."""
    home = pathlib.Path(os.environ['HOME'])
    with open(home / 'hosts', 'a', encoding='utf-8') as hosts:
        hosts.write(f'{server.host} {server.domain}\n')
    (home / 'authorities.pem').write_text(server.ca.read_text())


def end_by_exception():
    """Lets a signal end the test through its with and finally, so that nothing is left behind."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))


def start(*command, **options):
    """A process that does not outlive this one."""
    return subprocess.Popen(['setpriv', '--pdeathsig', 'TERM', *map(str, command)], **options)


def end(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start_display(screen, environment, helpers):
    """An X server of the test's own: the address of the accessibility bus is a property of the root window, and programs
    believe it before their session bus. On a display that tests share, each finds the bus of whoever came last."""
    reader, writer = os.pipe()
    helpers.append(start('Xvfb', '-displayfd', writer, '-screen', '0', f'{screen}x24', '-nolisten', 'tcp', '-noreset',
                         pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment))
    os.close(writer)
    with os.fdopen(reader) as pipe:
        number = pipe.readline().strip()
    if not number:
        sys.exit('Xvfb did not start.')
    environment['DISPLAY'] = f':{number}'


def begin(keyring):
    # The accessibility bus and its registry are there before the program looks for them: it goes without what is late.
    start('/usr/libexec/at-spi-bus-launcher', '--launch-immediately', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ask = ['gdbus', 'call', '--timeout', str(int(3 * DEADLINE))]
    subprocess.run(['gdbus', 'wait', '--session', '--timeout', str(int(3 * DEADLINE)), 'org.a11y.Bus'], check=True)
    answer = subprocess.run([*ask, '--session', '--dest', 'org.a11y.Bus', '--object-path', '/org/a11y/bus',
                             '--method', 'org.a11y.Bus.GetAddress'], check=True, stdout=subprocess.PIPE, text=True).stdout
    subprocess.run([*ask, '--address', ast.literal_eval(answer)[0], '--dest', 'org.a11y.atspi.Registry',
                    '--object-path', '/org/a11y/atspi/accessible/root', '--method', 'org.freedesktop.DBus.Peer.Ping'],
                   check=True, stdout=subprocess.DEVNULL)
    if keyring:
        subprocess.run(['gnome-keyring-daemon', '--unlock', '--components=secrets'], input=b'pw', check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Elsewhere:
    """Another window, to look at instead of Stonechat's; needs private_session (desktop=True)."""

    CODE = """
import gi
gi.require_version('Gtk', '4.0')
from gi.repository import Gtk
app = Gtk.Application()
app.connect('activate', lambda app: Gtk.Window(application=app, title='Elsewhere').present())
app.run()
"""

    def __enter__(self):
        self.process = start('/usr/bin/python3', '-c', self.CODE)
        return self

    def __exit__(self, *_):
        end(self.process)

    @staticmethod
    def look_at(name):
        """Brings the window with this name to the front."""
        subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--name', f'^{name}$', 'windowactivate', '--sync'],
                       check=True, stdout=subprocess.DEVNULL)


class Missing(AssertionError):
    pass


def wait_for(what, condition, deadline=None):
    """The first true value of condition (); fails with the name of what did not come."""
    end = time.monotonic() + (deadline or DEADLINE)
    while True:
        try:
            value = condition()
        except Exception as error:      # an accessible object may vanish while it is asked
            value, last = None, error
        else:
            last = None
        if value:
            return value
        if time.monotonic() > end:
            raise Missing(f'{what} did not come{f" ({last})" if last else ""}')
        time.sleep(0.03)


class Stonechat:
    """The program under test and its window."""

    def __init__(self, *arguments, environment=None):
        import gi
        gi.require_version('Atspi', '2.0')
        from gi.repository import Atspi
        self.atspi = Atspi
        # Its own patience is 0.8 seconds, after which an answer is an empty one.
        Atspi.set_timeout(int(DEADLINE * 1000), int(DEADLINE * 1000))
        self.log = tempfile.NamedTemporaryFile('w+', prefix='stonechat-log-', delete=False)
        self.process = start(os.environ['STONECHAT'], *arguments, stdout=self.log, stderr=self.log, env=dict(os.environ, **(environment or {})))

    # -- finding ----------------------------------------------------------------------------------------------------
    def application(self):
        desktop = self.atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and child.get_process_id() == self.process.pid:
                return child
        return None

    def every(self, role=None, name=None, under=None):
        """All accessible objects with this role and name, in the order of the tree."""
        found, stack = [], [under or self.application()]
        if not stack[0]:
            raise Missing('Stonechat is not on the accessibility bus')
        while stack:
            node = stack.pop()
            if node is None:
                continue
            if (role is None or matches(role, node.get_role_name())) and (name is None or matches(name, node.get_name())):
                found.append(node)
            stack.extend(node.get_child_at_index(i) for i in reversed(range(node.get_child_count())))
        return found

    def find(self, role=None, name=None, under=None, deadline=None):
        def look():
            self.check_alive()
            hits = self.every(role, name, under)
            return hits[0] if hits else None
        try:
            return wait_for(f'{role or "object"} “{name}”', look, deadline)
        except Missing as error:
            raise Missing(f'{error}\n{self.tree()}\n{self.output()[-2000:]}') from None

    def gone(self, role=None, name=None, deadline=None):
        wait_for(f'the end of {role} “{name}”', lambda: not self.every(role, name), deadline)

    def tree(self):
        lines = []

        def walk(node, depth):
            if node is None or len(lines) > 400:
                return
            if node.get_name() or node.get_role_name() not in ('filler', 'panel', 'unknown'):
                lines.append(f'{"  " * depth}{node.get_role_name()} “{node.get_name()}”')
            for i in range(node.get_child_count()):
                walk(node.get_child_at_index(i), depth + 1)
        try:
            walk(self.application(), 0)
        except Exception as error:
            lines.append(f'({error})')
        return '\n'.join(lines)

    # -- doing ------------------------------------------------------------------------------------------------------
    def press(self, node):
        """Activates a button, a row or, for what has no action of its own, its first child that has one."""
        stack = [node]
        while stack:
            one = stack.pop(0)
            action = one.get_action_iface()
            names = [action.get_action_name(i) for i in range(action.get_n_actions())] if action else []
            for name in ('click', 'row.open', 'activate', 'toggle'):
                if name in names:
                    action.do_action(names.index(name))
                    return
            stack.extend(one.get_child_at_index(i) for i in range(one.get_child_count()))
        raise Missing(f'“{node.get_name()}” can’t be activated')

    def click(self, role, name, under=None, deadline=None):
        self.press(self.find(role, name, under, deadline))

    def write(self, node, text):
        """Replaces the text of a field."""
        stack = [node]
        while stack:
            one = stack.pop(0)
            field = one.get_editable_text_iface()
            if field:
                field.set_text_contents(text)
                content = one.get_text_iface()
                if content.get_text(0, -1) != text:
                    field.delete_text(0, content.get_character_count())
                    field.insert_text(0, text, len(text.encode()))
                return
            stack.extend(one.get_child_at_index(i) for i in range(one.get_child_count()))
        raise Missing(f'“{node.get_name()}” can’t be written in')

    def read(self, node):
        text = node.get_text_iface()
        return text.get_text(0, -1) if text else node.get_name()

    def key(self, *keys):
        subprocess.run(['xdotool', 'key', '--clearmodifiers', *keys], check=True)

    def screenshot(self, path):
        subprocess.run(['import', '-window', 'root', str(path)], check=True)

    # -- life -------------------------------------------------------------------------------------------------------
    def is_active(self):
        """Whether its window is the one in front."""
        return any(frame.get_state_set().contains(self.atspi.StateType.ACTIVE) for frame in self.every('frame'))

    def check_alive(self):
        if self.process.poll() is not None:
            raise AssertionError(f'Stonechat ended with {self.process.returncode}:\n{self.output()[-4000:]}')

    def output(self):
        return pathlib.Path(self.log.name).read_text(errors='replace')

    def stop(self, how=signal.SIGTERM):
        """Ends it and asserts that it went cleanly, without a critical or a warning of GLib."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=DEADLINE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError('Stonechat did not end when asked to') from None
        output = self.output()
        # A private bus has no notification service, which GIO finds worth a warning; the shell of a desktop has one.
        bad = [line for line in output.splitlines() if ('-CRITICAL **' in line or '-WARNING **' in line)
               and 'org.freedesktop.Notifications' not in line and 'dbind' not in line]
        assert not bad, '\n'.join(bad)
        return output

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        elif self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            sys.stderr.write(self.output()[-6000:])


def matches(wanted, name):
    return wanted.search(name or '') if hasattr(wanted, 'search') else wanted == name

# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification service on the session bus: org.freedesktop.Notifications and, where asked, GNOME's org.gtk.Notifications.

It runs in a thread of its own with a connection of its own, so that the test can wait for what it was told.
"""

import threading
import xml.etree.ElementTree as xml

from gi.repository import Gio, GLib

import window

PATH = '/org/freedesktop/Notifications'
FREEDESKTOP = Gio.DBusNodeInfo.new_for_xml('''<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
  <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
  <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
  <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>''')
GNOME = Gio.DBusNodeInfo.new_for_xml('''<node><interface name="org.gtk.Notifications">
<method name="AddNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/></method>
<method name="RemoveNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
</interface></node>''')


class Notification:
    """What a person sees of one: number, title, text and, where the service gives the body as markup, whether it had any."""

    def __init__(self, number, title, body, markup):
        self.number, self.title, self.body = number, title, body
        tree = xml.fromstring(f'<body>{body}</body>') if markup else None
        self.text = ''.join(tree.itertext()) if markup else body
        self.styled = markup and len(tree) > 0


class Notifier:
    """Attributes: all (every notification in order), open (number or id → notification), closed (numbers in order)."""

    def __init__(self, markup=True, gnome=False):
        self.markup, self.gnome = markup, gnome
        self.all, self.open, self.closed = [], {}, []
        self.number = 0
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.loop = self.connection = None

    def _run(self):
        context = GLib.MainContext()
        context.push_thread_default()
        self.loop = GLib.MainLoop.new(context, False)
        address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION)
        flags = Gio.DBusConnectionFlags
        self.connection = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION)
        self._offer('org.freedesktop.Notifications', PATH, FREEDESKTOP)
        if self.gnome:
            self._offer('org.gtk.Notifications', '/org/gtk/Notifications', GNOME)
        self.ready.set()
        self.loop.run()
        self.connection.close_sync()
        context.pop_thread_default()

    def _offer(self, name, path, node):
        self.connection.register_object(path, node.interfaces[0], self._call, None, None)
        self.connection.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                                  GLib.Variant('(su)', (name, 4)), None, Gio.DBusCallFlags.NONE, -1, None)

    def _call(self, _connection, _sender, _path, _interface, method, parameters, invocation):
        answer = getattr(self, f'_{method}')(*parameters.unpack())
        invocation.return_value(answer)

    def _GetCapabilities(self):
        return GLib.Variant('(as)', (['body', 'actions'] + (['body-markup'] if self.markup else []),))

    def _GetServerInformation(self):
        return GLib.Variant('(ssss)', ('lab', 'lab', '1', '1.2'))

    def _Notify(self, _app, replaces, _icon, title, body, actions, _hints, _timeout):
        number = replaces
        if number not in self.open:
            self.number += 1
            number = self.number
        assert 'default' in actions, actions
        self._show(number, title, body, self.markup)
        return GLib.Variant('(u)', (number,))

    def _CloseNotification(self, number):
        self._close(number, 3)

    def _AddNotification(self, _app, name, content):
        self._show(name, content['title'], content['body'], False)

    def _RemoveNotification(self, _app, name):
        self.open.pop(name, None)
        self.closed.append(name)

    def _show(self, number, title, body, markup):
        notification = Notification(number, title, body, markup)
        self.open[number] = notification
        self.all.append(notification)

    def _close(self, number, reason):
        if self.open.pop(number, None):
            self.closed.append(number)
            self._emit('NotificationClosed', GLib.Variant('(uu)', (number, reason)))

    def _emit(self, signal, parameters):
        self.connection.emit_signal(None, PATH, 'org.freedesktop.Notifications', signal, parameters)

    # -- for the test -----------------------------------------------------------------------------------------------
    def wait(self, count):
        """The notification with this number in the order of arrival."""
        window.wait_for(f'notification {count}', lambda: len(self.all) >= count)
        return self.all[count - 1]

    def wait_closed(self, notification):
        window.wait_for(f'the end of the notification of {notification.title}', lambda: notification.number not in self.open)

    def click(self, notification):
        """What a click on it does."""
        self._emit('ActionInvoked', GLib.Variant('(us)', (notification.number, 'default')))
        self._close(notification.number, 2)

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(10), 'no notification service'
        return self

    def __exit__(self, *_):
        self.loop.quit()
        self.thread.join(10)

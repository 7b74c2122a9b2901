#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state of the window as a screen reader and a keyboard find it, and each deed on a message by keys (W-26)."""

import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(desktop=True)
import states       # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
# GTK gives the name of its class to what has none.
TYPE = re.compile('^(G|Gtk|Gdk|Adw|Stonechat)[A-Z][A-Za-z]+$')
ICON = re.compile('-symbolic(-rtl)?$|^(go|view|list|window|edit|mail|face|dialog|emblem|object|system|user|document)-[a-z-]+$')
OPERABLE = {'push button', 'toggle button', 'radio button', 'check box', 'switch', 'combo box', 'entry', 'password text', 'text', 'spin button',
            'slider', 'list', 'list item', 'table', 'menu item', 'link', 'image', 'icon', 'status bar', 'calendar'}
# Arrows lead to the rest.
TABBED = OPERABLE - {'list', 'list item', 'table', 'menu item', 'calendar', 'image', 'icon', 'status bar'}
DEEDS = {'click', 'activate', 'toggle', 'press'}
# Only by the keys of the window manager, like everywhere.
FRAME = {'Minimize', 'Maximize', 'Restore', 'Close'}
STATES = ('Sent', 'Delivered', 'Read', 'Waiting', 'Not sent')


class Walk:
    """Looks at what is shown, in each state of the tour."""

    def __init__(self, app):
        from gi.repository import GLib
        self.app, self.atspi, self.gone, self.faults = app, app.atspi, GLib.GError, []

    def has(self, node, state):
        return node.get_state_set().contains(getattr(self.atspi.StateType, state))

    def shown(self, node):
        """On GTK 4.8 only windows have the state “showing”; what is on a hidden page has no place."""
        if not self.has(node, 'VISIBLE'):
            return False
        place = node.get_component_iface()
        if not place:
            return True
        size = place.get_size()
        return size.x > 0 and size.y > 0

    def active(self):
        """The window in front."""
        windows = self.app.application()
        found = [w for w in (windows.get_child_at_index(i) for i in range(windows.get_child_count())) if w]
        over = [w for w in found if w.get_name() != 'Stonechat']
        return (over or found)[-1]

    def nodes(self, root=None):
        """(node, names of the operable ones that it is a part of)."""
        stack = [(root or self.app.application(), ())]
        while stack:
            node, inside = stack.pop()
            try:
                yield node, inside
                stack.extend(self.children(node, inside))
            except self.gone:
                pass

    def children(self, node, inside):
        role = node.get_role_name()
        within = (*inside, node.get_name()) if role in OPERABLE and node.get_name() and role not in ('list', 'table') else inside
        children = [node.get_child_at_index(i) for i in reversed(range(node.get_child_count()))]
        return [(child, within) for child in children if child and (child.get_role_name() in ('frame', 'dialog', 'window') or self.shown(child))]

    def operable(self, node):
        role = node.get_role_name()
        if role in OPERABLE and role != 'list item':
            return True
        # GTK gives the focus to a pane only where nothing in it takes it.
        if role in ('scroll pane', 'frame', 'dialog', 'window', 'application'):
            return False
        action = node.get_action_iface()
        return self.has(node, 'FOCUSABLE') or bool(action and DEEDS & {action.get_action_name(i) for i in range(action.get_n_actions())})

    def complain(self, where, node, what):
        fault = f'{where}: {node.get_role_name()} “{node.get_name()}” in {node.get_parent().get_role_name()} “{node.get_parent().get_name()}” {what}'
        if fault not in self.faults:
            print(fault, flush=True)
            self.faults.append(fault)

    def look(self, where):
        for node, inside in self.nodes():
            try:
                self.check(where, node, inside)
            except self.gone:
                pass        # what is shown may change while it is asked

    def check(self, where, node, inside):
        name = node.get_name()
        if ICON.search(name or ''):
            self.complain(where, node, 'has the name of an icon')
        if not self.operable(node):
            return
        # What libadwaita makes by itself, among it the window about the program.
        if (not name or TYPE.match(name)) and not inside and not self.is_labelled(node) and \
                node.get_parent().get_name() != 'AdwIndicatorBin' and where != 'about':
            self.complain(where, node, 'has no name')
        if node.get_role_name() == 'list item' and node.get_parent().get_name() == states.LOG:
            self.check_message(where, node)

    def is_labelled(self, node):
        return any(r.get_relation_type() == self.atspi.RelationType.LABELLED_BY for r in node.get_relation_set())

    def check_message(self, where, node):
        """“sender, time, text, state”: of one's own, with the state in words."""
        name = node.get_name()
        if not re.match(r'^[^,].*?, \d\d:\d\d, \S', name, re.S):
            self.complain(where, node, 'does not read “sender, time, text, state”')
        if name.startswith('You,') and not any(f', {state}' in name for state in STATES) and 'deleted' not in name:
            self.complain(where, node, 'does not say its state')

    # -- Tab --------------------------------------------------------------------------------------------------------
    def key_of(self, node):
        place = node.get_component_iface().get_extents(self.atspi.CoordType.WINDOW)
        return node.get_role_name(), node.get_name(), place.x, place.y

    def focused(self):
        found = [n for n, _ in self.nodes(self.active()) if self.has(n, 'FOCUSED')]
        return found[-1] if found else None

    def tab_round(self, where):
        """Tab comes round to all that can be operated, but what arrows lead to within a list or a menu.

        Where nothing has the focus it is in a row of libadwaita 1.2 for writing, which does not tell.
        """
        for _ in range(3):
            if self.focused():
                break
            self.app.key('Tab')
        first, reached = window.wait_for('a focus', self.focused), set()
        before, silent = first, 0
        for _ in range(80):
            reached.add((before.get_role_name(), before.get_name()))
            if not before.get_name() or TYPE.match(before.get_name()) or before.get_role_name() == 'scroll pane':
                self.complain(where, before, 'has the focus, without a name')
            self.app.key('Tab')
            try:
                now = window.wait_for('the next focus', lambda: (f := self.focused()) and self.key_of(f) != before_key and f
                                      if (before_key := self.key_of(before)) else None, 0.5)
                silent = 0
            except window.Missing:
                silent += 1
                if silent > 4:
                    break
                continue
            if self.key_of(now) == self.key_of(first):
                break
            before = now
        for node, inside in self.nodes(self.active()):
            if (node.get_role_name() in TABBED and self.has(node, 'FOCUSABLE') and self.has(node, 'SENSITIVE') and not inside
                    and node.get_name() not in FRAME and not (node.get_role_name() == 'text' and node.get_parent().get_role_name() == 'list')
                    and (node.get_role_name(), node.get_name()) not in reached):
                if where != 'status':       # a popover, around which is the rest of the window
                    self.complain(where, node, 'is not reached by Tab')


class Deeds(states.Tour):
    """What can be done with messages, each by keys, and what comes of it."""

    def message(self, pattern):
        return self.app.find('list item', re.compile(pattern, re.S), under=self.app.find('list', states.LOG))

    def wait_written(self, text):
        field = self.app.find('text', 'Message')
        window.wait_for(f'“{text}” in the field', lambda: self.app.read(field).strip() == text)

    def paste(self, text):
        """What was copied is what the message box gets."""
        self.to_composer()
        self.app.key('ctrl+v')
        self.wait_written(text)
        self.app.key('ctrl+a', 'BackSpace')
        self.wait_written('')

    def tab_to(self, name):
        """A button in the message that has the focus."""
        for _ in range(6):
            if any(window.matches(name, n.get_name()) for n in self.focused()):
                return
            before = self.focused()
            self.app.key('Tab')
            window.wait_for('the next focus', lambda: self.focused() and self.focused() != before)
        self.wait_focus(states.BUTTON, name)

    def confirm(self, answer):
        """The question's answer, by Tab."""
        window.wait_for('the question', lambda: self.app.application().get_child_count() == 2)
        window.wait_for('a focus', self.focused)
        self.tab_to(re.compile(f'{answer}$'))
        self.app.key('Return')
        window.wait_for('its end', lambda: self.app.application().get_child_count() == 1)
        window.wait_for('the window in front', self.app.is_active)

    def round(self):
        """F6: list, header, log, message box."""
        self.to_composer()
        self.app.key('F6')
        window.wait_for('the focus in the list', lambda: any(n.get_parent().get_name() == 'Chats' for n in self.focused()))
        for role, name in ((states.BUTTON, 'Chat Menu'), ('list item', re.compile('^You|^Escalus')),
                           ('text', 'Message')):
            self.app.key('F6')
            self.wait_focus(role, name)
        self.app.key('ctrl+shift+f')
        self.wait_focus('entry', 'Search All Messages')
        self.app.key('F6')
        window.wait_for('the focus in the list', lambda: any(n.get_parent().get_name() == 'Chats' for n in self.focused()))
        self.app.key('F6')
        self.wait_focus('entry', 'Search All Messages')
        self.app.key('alt+Left')
        self.wait_focus('text', 'Message')

    def copies(self):
        self.go_to('seating plan')
        self.app.key('ctrl+c')
        self.paste('/me looks at the seating plan again')
        self.go_to('^Escalus.*, The rules for the feast')
        self.tab_to('Copy Code')
        self.app.key('Return')
        self.app.find(states.BUTTON, 'Copied')
        self.paste('no swords in the hall\nno ladders at the orchard wall, whoever asks, and however well the asking is put in verse')

    def reactions(self):
        self.go_to('Four tables')
        self.tab_to(re.compile('^red heart, 1'))
        self.app.key('Return')
        self.message('Four tables.*red heart, 2, you and')

    def edit(self):
        self.go_to('^You.*Thank you, I’ll tell them')
        self.app.key('e')
        self.wait_written('Thank you, I’ll tell them.')
        self.app.key('ctrl+a')
        self.write('I told them')
        self.app.key('Return')
        self.message('^You, .*I told them, edited')

    def marks(self):
        self.go_to('^Escalus.*This came while')
        self.app.key('p')
        self.message('This came while.*pinned')
        self.app.key('u')
        self.app.find('list item', re.compile('^Escalus.*3 unread messages'), under=self.app.find('list', 'Chats'))

    def forward(self):
        self.go_to('Who wrote them')
        self.app.key('f')
        self.wait_focus('entry', 'Search chats')
        self.app.key('Tab')
        self.wait_focus('list item', 'Nurse')
        self.app.key('Return')
        window.wait_for('the choice', lambda: any(n.get_state_set().contains(self.app.atspi.StateType.CHECKED)
                                                  for n in self.app.every('check box', 'Nurse')))
        for _ in range(6):
            if any(n.get_name() == 'Forward' for n in self.focused()):
                break
            self.app.key('shift+Tab')
        self.wait_focus(states.BUTTON, 'Forward')
        self.app.key('Return')
        self.app.find('list item', re.compile('^Nurse.*Who wrote them'), under=self.app.find('list', 'Chats'))
        window.wait_for('the window in front', self.app.is_active)

    def takes_back(self):
        self.go_to('^You.*And to yours, my lord')
        self.app.key('Delete')
        self.confirm('Delete')
        self.app.gone('list item', re.compile('And to yours, my lord'))
        self.go_to('(?s)^Escalus.*The council, in May')
        self.app.key('shift+Delete')
        self.confirm('Delete')
        self.app.gone('list item', re.compile('(?s)^Escalus.*The council, in May'))     # the list of chats has the forwarded one

    def failed(self):
        self.go_to('Is the boat paid')
        self.tab_to('Retry')
        self.app.key('Return')
        self.message('Is the boat paid.*Waiting')

    def all(self):
        for deed in (self.round, self.copies, self.reactions, self.edit, self.marks, self.forward, self.failed, self.takes_back):
            print(deed.__name__, flush=True)
            deed()


def main():
    states.seed(HOME / 'empty', '--contacts', '0')
    states.seed(HOME / 'profile', '--every-kind')
    faults = []
    with window.Stonechat('--profile', HOME / 'none') as app:
        walk = Walk(app)
        tour = states.Tour(app, walk.look)
        window.wait_for('the window in front', app.is_active)
        states.sign_in(app, tour)
        walk.tab_round('sign-in')
        faults += walk.faults
    with window.Stonechat('--profile', HOME / 'empty') as app:
        walk = Walk(app)
        window.wait_for('the window in front', app.is_active)
        states.empty(app, states.Tour(app, walk.look))
        faults += walk.faults
    with window.Stonechat('--profile', HOME / 'profile') as app:
        walk = Walk(app)
        window.wait_for('the window in front', app.is_active)

        def look(name):
            walk.look(name)
            if name in ROUNDS:
                walk.tab_round(name)
        states.Tour(app, look).all()
        faults += walk.faults
    states.seed(HOME / 'deeds', '--every-kind')
    with window.Stonechat('--profile', HOME / 'deeds') as app:
        window.wait_for('the window in front', app.is_active)
        deeds = Deeds(app, print)
        deeds.open('Escalus')
        deeds.all()
    assert not faults, '\n' + '\n'.join(faults)


ROUNDS = {'chats', 'message-details', 'forward', 'search-results', 'contact-details', 'new-chat', 'add-contact', 'preferences', 'account-settings',
          'status'}

main()

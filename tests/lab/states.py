# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state of the window, one after the other, by keys and by what is accessible: for the pictures and for the walk.

A Tour calls look (name) wherever there is something to look at, and leaves each state as it came.
"""

import contextlib
import os
import re
import subprocess

import window

JULIET = 'juliet@verona.test'
LOG = 'Conversation'
# A toggle is a push button on GTK 4.8.
BUTTON = re.compile('^(push|toggle) button$')


def seed(profile, *arguments):
    """A profile that stays offline, with people, history and a message of every kind."""
    subprocess.run([os.environ['SEED_PROFILE'], '--profile', profile, '--account', JULIET, '--offline', *arguments], check=True,
                   stdout=subprocess.DEVNULL)


class Tour:
    def __init__(self, app, look, say=lambda text: text):
        """say: what an English text of the program is called in its language."""
        self.app, self.look, self.say = app, look, say

    # -- means ------------------------------------------------------------------------------------------------------
    def showing(self, role=None, name=None):
        """On GTK 4.8 only windows have the state “showing”; what is on a hidden page has no size."""
        def has_size(node):
            place = node.get_component_iface()
            return place and place.get_size().x > 0
        return [n for n in self.app.every(role, name) if has_size(n)]

    def focused(self):
        """What has the focus, innermost last."""
        return [n for n in self.app.every() if n.get_state_set().contains(self.app.atspi.StateType.FOCUSED)]

    def wait_focus(self, role, name):
        try:
            return window.wait_for(f'the focus on {role} “{name}”', lambda: next((
                n for n in self.focused() if window.matches(role, n.get_role_name()) and window.matches(name, n.get_name())), None))
        except window.Missing as error:
            raise window.Missing(f'{error}: it is on {[(n.get_role_name(), n.get_name()) for n in self.focused()]}') from None

    def write(self, text):
        subprocess.run(['xdotool', 'type', '--delay', '15', '--', text], check=True)

    def starts(self, text):
        return re.compile('^' + re.escape(self.say(text)))

    def to_list(self):
        """Where one pane is shown at a time, back to the list."""
        for button in self.showing(BUTTON, self.say('Back')):
            self.app.press(button)
            window.wait_for('the list', lambda: self.showing('list', self.say('Chats')) or self.showing('list', self.say('Contacts')))

    def open(self, name):
        self.to_list()
        self.app.press(self.app.find('list item', re.compile(f'^{name}'), under=self.app.find('list', self.say('Chats'))))
        self.wait_focus('text', self.say('Message'))

    def go_to(self, text):
        """Gives the message with this text the focus, by keys."""
        log = self.say(LOG)
        for _ in range(4):
            before = self.focused()
            if any(n.get_parent().get_name() == log for n in before):
                break
            self.app.key('shift+F6')
            window.wait_for('the focus elsewhere', lambda: self.focused() and self.focused() != before)
        self.app.key('End')
        for _ in range(60):
            last = window.wait_for('a focus', self.focused)
            if last[-1].get_role_name() == 'list item' and re.search(text, last[-1].get_name()):
                return
            self.app.key('Up')
        self.wait_focus('list item', re.compile(text))

    def to_composer(self):
        for _ in range(4):
            before = self.focused()
            if any(n.get_name() == self.say('Message') for n in before):
                return
            self.app.key('F6')
            window.wait_for('the focus elsewhere', lambda: self.focused() and self.focused() != before)
        self.wait_focus('text', self.say('Message'))

    def choose(self, name):
        """The item of the open menu, by keys."""
        self.app.find('menu item', self.say(name))
        window.wait_for('the focus in the menu', lambda: any(n.get_role_name() == 'menu item' for n in self.focused()))
        for _ in range(30):
            before = self.focused()
            if before and before[-1].get_role_name() == 'menu item' and before[-1].get_name() == self.say(name):
                self.app.key('Return')
                return
            self.app.key('Down')
            window.wait_for('the next item', lambda: self.focused() and self.focused() != before)
        raise window.Missing(f'no key leads to “{name}”')

    @contextlib.contextmanager
    def dialog(self, *keys, item=None):
        """A window over the others, opened by keys and, if given, an item of the menu, and left by Esc."""
        windows = self.app.application().get_child_count()
        if keys:
            self.app.key(*keys)
        if item:
            self.choose(item)
        window.wait_for('another window', lambda: self.app.application().get_child_count() > windows)
        yield
        self.app.key('Escape')
        window.wait_for('its end', lambda: self.app.application().get_child_count() == windows)
        window.wait_for('a window in front', self.app.is_active)

    def palette(self, text):
        self.app.key('ctrl+k')
        self.wait_focus('entry', self.say('Search or Jump to'))
        self.write(text)

    # -- states -----------------------------------------------------------------------------------------------------
    def chat_list(self):
        self.app.find('list item', re.compile('^Escalus'), under=self.app.find('list', self.say('Chats')))
        self.look('chats')
        self.app.press(self.app.find(BUTTON, self.starts('Unread')))
        self.look('chats-unread')
        self.app.press(self.app.find(BUTTON, self.say('All')))
        self.app.key('ctrl+l')
        self.wait_focus('entry', self.say('Search'))
        self.write('qqzz')
        self.app.find('label', self.say('Nothing Found'))
        self.look('chats-nothing-found')
        self.app.key('Escape')
        window.wait_for('the focus in the list', lambda: any(n.get_role_name() == 'list item' for n in self.focused()))
        self.app.key('Home', 'Down', 'Menu')
        self.app.find('menu item', self.say('Contact Details'))
        self.look('row-menu')
        self.app.key('Escape')
        self.app.gone('menu item', self.say('Contact Details'))
        self.app.press(self.app.find(BUTTON, self.say('New')))
        self.app.find('menu item', self.say('Note to Self'))
        self.look('new-menu')
        self.app.key('Escape')
        self.app.gone('menu item', self.say('Note to Self'))

    def row_questions(self):
        self.app.key('ctrl+l')
        self.wait_focus('entry', self.say('Search'))
        self.app.key('Escape')
        window.wait_for('the focus in the list', lambda: any(n.get_role_name() == 'list item' for n in self.focused()))
        self.app.key('End')
        with self.dialog('Menu', item='Delete Chat…'):
            self.look('delete-chat')

    def conversation(self):
        self.open('Escalus')
        self.app.find('list item', re.compile('One more thing'))
        self.look('conversation-unread')
        self.go_to('^Escalus.*Good day to both')
        self.app.key('Home')
        self.wait_focus('list item', re.compile('Good day to both'))
        self.look('conversation-top')
        self.app.key('Page_Down')
        self.look('conversation-middle')
        self.app.key('End')
        self.wait_focus('list item', re.compile('Bring the seal'))
        self.look('conversation-end')

    def message(self):
        self.go_to('Nine o’clock then')
        self.look('message-tools')
        self.app.key('Menu')
        self.app.find('menu item', self.say('Reply'))
        self.look('message-menu')
        self.app.key('Escape')
        self.app.gone('menu item', self.say('Reply'))
        with self.dialog('alt+Return'):
            self.look('message-details')
        with self.dialog('f'):
            self.look('forward')
        self.app.key('plus')
        self.wait_focus(BUTTON, re.compile('.'))
        self.look('reaction-picker')
        self.app.key('Escape')
        self.wait_focus('list item', re.compile('Nine o’clock then'))
        with self.dialog('shift+Delete'):
            self.look('delete-message')

    def composer(self):
        self.to_composer()
        self.write('See you :sun')
        self.app.find('list', self.say('Emojis'))
        self.look('completion')
        self.app.key('Escape')
        self.app.gone('list', self.say('Emojis'))
        self.app.key('ctrl+a', 'BackSpace')
        self.write('A long answer that goes over several lines, because there is much to say about the boat, the lute and the rain, and '
                   'about who sits where when the bells ring.')
        self.look('composer-long')
        self.app.key('ctrl+a', 'BackSpace')
        self.go_to('One more thing')
        self.app.key('r')
        self.wait_focus('text', self.say('Message'))
        self.look('composer-reply')
        self.app.key('Escape')
        self.go_to('Nine o’clock then')
        self.app.key('e')
        self.wait_focus('text', self.say('Message'))
        self.look('composer-edit')
        self.app.key('Escape')
        self.app.press(self.app.find(BUTTON, self.say('Insert Emoji')))
        window.wait_for('the emojis', lambda: len(self.showing()) and any(n.get_role_name() in ('entry', 'text') and n.get_name() != self.say('Message') for n in self.focused()))
        self.look('emoji-picker')
        self.app.key('Escape')

    def finding(self):
        self.to_composer()
        self.app.key('ctrl+f')
        self.wait_focus(re.compile('text|entry'), self.say('Find in This Chat'))
        self.write('boat')
        self.app.find('status bar', re.compile(r'^1 '))
        self.look('find-bar')
        self.app.key('Escape')
        self.wait_focus('text', self.say('Message'))
        self.app.press(self.app.find(BUTTON, self.say('Chat Menu')))
        self.app.find('menu item', self.say('Go to Day…'))
        self.look('chat-menu')
        self.choose('Go to Day…')
        self.app.find(name=self.say('Go to a Day'))
        self.look('calendar')
        self.app.key('Escape')

    def palettes(self):
        self.palette('')
        self.look('palette')
        self.write('fri')
        self.look('palette-typed')
        self.app.key('ctrl+a')
        self.write('qqzz')
        self.app.find('label', self.say('Nothing Found'))
        self.look('palette-nothing')
        self.app.key('Escape')

    def search(self):
        self.app.key('ctrl+shift+f')
        self.wait_focus('entry', self.say('Search All Messages'))
        self.look('search')
        self.write('the')
        self.app.find('list item', re.compile('the'), under=self.app.find('list', self.say('Found Messages')))
        self.look('search-results')
        self.app.press(self.app.find(BUTTON, re.compile('^' + re.escape(self.say('When: %s').split('%')[0]))))
        self.look('search-filter')
        self.app.key('Escape')
        self.app.key('ctrl+shift+f', 'ctrl+a')
        self.write('qqzz')
        self.app.find('label', self.say('Nothing Found'))
        self.look('search-nothing')
        self.app.key('alt+Left')

    def others(self):
        """Chats of which something else is to be seen: an error, what can't be read, other scripts, notes."""
        for name in ('John', 'Balthasar', 'Rosaline', 'Paris', 'Romeo'):
            self.open(f'.*{name}')
            self.look(f'chat-{name.lower()}')

    def contacts(self):
        self.to_list()
        self.app.press(self.app.find(BUTTON, self.say('Contacts')))
        self.app.find('list item', re.compile('^Romeo'), under=self.app.find('list', self.say('Contacts')))
        self.look('contacts')
        self.app.key('F6')
        self.app.press(self.app.find(BUTTON, self.say('Chats')))

    def contact_details(self):
        self.open('Nurse')
        self.app.press(self.app.find(BUTTON, self.say('Chat Menu')))
        with self.dialog(item='Contact Details'):
            self.look('contact-details')

    def dialogs(self):
        for keys, name in (('ctrl+n', 'new-chat'), ('ctrl+shift+n', 'add-contact'), ('ctrl+question', 'shortcuts')):
            with self.dialog(keys):
                self.look(name)
        with self.dialog('ctrl+comma'):
            self.look('preferences')
            for _ in range(40):
                if any(n.get_name() == self.say('Settings of %s') % JULIET for n in self.focused()):
                    break
                self.app.key('Tab')
            with self.dialog('Return'):
                self.look('account-settings')
        self.palette(self.say('About Stonechat'))
        self.app.find('list item', self.starts('About Stonechat'), under=self.app.find('list', self.say('Choices')))
        with self.dialog('Return'):
            self.look('about')

    def status(self):
        self.to_list()
        self.app.press(self.app.find(name=self.say('Your Status')))
        self.app.find(name=self.say('Status Text'))
        self.look('status')
        self.app.key('Escape')

    def all(self):
        for part in (self.chat_list, self.row_questions, self.conversation, self.message, self.composer, self.finding, self.palettes,
                     self.search, self.others, self.contacts, self.contact_details, self.dialogs, self.status):
            part()


def empty(app, tour):
    """An account without anybody."""
    app.find('label', tour.say('No Chats Yet'))
    tour.look('no-chats')
    app.press(app.find(BUTTON, tour.say('Contacts')))
    app.find('label', tour.say('No Contacts Yet'))
    tour.look('no-contacts')


def sign_in(app, tour):
    app.find(name=tour.say('Address'))
    tour.look('sign-in')
    for _ in range(20):
        app.key('Tab')
        if any(n.get_name() == tour.say('Connection') for n in tour.focused()):
            break
    tour.wait_focus(re.compile('.'), tour.say('Connection'))
    app.key('space')
    app.find(name=tour.say('Port'))
    tour.look('sign-in-connection')


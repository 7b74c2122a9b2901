#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paging up in the real window beyond what is here: the rest comes from the server's archive, a page at a time, down to the
very first message. It is said while it lasts, and what is in view stays where it is, to the pixel.

R-38, R-40, W-03, W-14.
"""

import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support'), str(HERE.parent / 'bench')]
import window       # noqa: E402

window.private_session(desktop=True)
import archive      # noqa: E402
import people       # noqa: E402
import proxy        # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
MESSAGES, SECONDS, PAGE = 12 * 260, 600, 50
MERCUTIO = [n for n in range(MESSAGES) if people.CAST[n * 7 % len(people.CAST)][0] == 'mercutio']
PILL = 'Loading older messages…'


class Prosody(archive.Prosody):
    """It gives small pages, whatever is asked for."""

    def configuration(self):
        return re.sub('max_archive_query_results = .*', f'max_archive_query_results = {PAGE}', super().configuration())


def in_view(app):
    """The number and top of each message in view, by its bottom edge: that is where its text is."""
    view = app.find('list', 'Conversation')
    box = extents(app, view)
    found = {}
    for row in app.every('list item', under=view):
        numbers = re.findall(r'(\d+): ', row.get_name())
        place = extents(app, row)
        if numbers and place.y + place.height > box.y and place.y < box.y + box.height:
            found[int(numbers[0])] = place.y + place.height
    return found


def extents(app, node):
    return app.atspi.Component.get_extents(node, app.atspi.CoordType.WINDOW)


def at_rest(app):
    """What is in view, when nothing moves any more."""
    last = {}

    def rests():
        nonlocal last
        now, before = in_view(app), last
        last = now
        return now if now and now == before else None
    return window.wait_for('a view that rests', rests)


def page_up(app, link):
    """To the oldest message that is here while the server is silent, then the server answers; gives the oldest in view."""
    link.do('stall down 1')
    app.key('Home')
    app.find('status bar', PILL)
    before = at_rest(app)
    link.do('pass')
    app.gone('status bar', PILL)
    after = at_rest(app)
    assert {number: after.get(number) for number in before} == before, (before, after)
    assert list(before) == [n for n in MERCUTIO if n in range(min(before), max(before) + 1)], before
    return min(before)


def main():
    with Prosody(people.everyone()) as server:
        server.fill('juliet', MESSAGES, SECONDS)
        with proxy.Process(server.port) as link:
            link.do('stall down 60000')
            path = people.provision(server, HOME / 'provision.ini', port=link.port)
            with window.Stonechat('--profile', HOME / 'profile', '--provision', path) as app:
                # Only the first page comes of itself.
                app.click('push button', 'Pause')
                link.do('pass')
                app.press(app.find('list item', re.compile('^Mercutio'), under=app.find('list', 'Chats')))
                app.find('list item', re.compile(f'^Mercutio, .*{MERCUTIO[-1]}: '), under=app.find('list', 'Conversation'))
                app.key('F6', 'F6', 'F6')
                oldest = []
                while not oldest or oldest[-1] > MERCUTIO[0] + 12 * PAGE:
                    oldest.append(page_up(app, link))
                print('oldest of each page:', oldest)
                app.key('Home')
                window.wait_for('the very first message', lambda: MERCUTIO[0] in in_view(app))


main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the lab: a dozen from Verona, with passwords, groups and who knows whom."""

import lab

DOMAIN = 'verona.test'
# user, name, groups on Juliet's list, subscription as Juliet sees it
CAST = [
    ('romeo', 'Romeo Montague', ['Friends'], 'both'),
    ('mercutio', 'Mercutio', ['Friends'], 'both'),
    ('benvolio', 'Benvolio', ['Friends'], 'both'),
    ('rosaline', 'Rosaline', ['Friends', 'Family'], 'both'),
    ('nurse', 'Nurse', ['Family'], 'both'),
    ('lady.capulet', 'Lady Capulet', ['Family'], 'both'),
    ('capulet', 'Capulet', ['Family'], 'none'),
    ('laurence', 'Friar Laurence', ['Church'], 'both'),
    ('john', 'Friar John', ['Church'], 'both'),
    ('paris', 'Paris', [], 'from'),
    ('peter', 'Peter', [], 'to'),
    ('balthasar', 'Balthasar', [], 'both'),
]
REVERSE = {'to': 'from', 'from': 'to', 'both': 'both', 'none': 'none'}


def password(user):
    return f'wherefore-art-{user}'


def everyone():
    """Juliet with her list, the others with her on theirs, and Tybalt, who will ask to be added."""
    juliet = lab.Person('juliet', password('juliet'),
                        [(f'{user}@{DOMAIN}', name, groups, subscription) for user, name, groups, subscription in CAST])
    others = [lab.Person(user, password(user), [(f'juliet@{DOMAIN}', 'Juliet Capulet', [], REVERSE[subscription])])
              for user, _, _, subscription in CAST]
    return [juliet, *others, lab.Person('tybalt', password('tybalt'))]


def provision(server, path, user='juliet', port=None, more=''):
    """Writes a provision file for one of them, who trusts the server's certificate; returns its path."""
    pin = lab.run('certtool', '--fingerprint', '--hash', 'sha256', '--infile',
                  server.authority.folder / f'{server.domain}.crt').strip().replace(':', '').lower()
    path.touch(mode=0o600)
    path.write_text(f'[account:{user}@{server.domain}]\npassword={password(user)}\npassword-storage=session\n'
                    f'host={server.host}\nport={port or server.port}\npin-sha256={pin}\n{more}')
    return path

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An XMPP server that does what a script says, over a real socket on loopback with real TLS, in the test's main loop. The
 * script is text, one step a line; the first line that does not come true is the failure, and it is named.
 *
 *   # comment
 *   C: <iq type='get' id='$id'><ping xmlns='urn:xmpp:ping'/></iq>
 *                      waits for the client's next element. What the pattern names must be there: attributes, text,
 *                      children; what it does not name is not looked at. '*' stands for any value; '$name' for any
 *                      value, which is kept. Default namespace: jabber:client
 *   C: <stream:stream to='a.test'>     waits for the stream's header (also forgets the last stream's state)
 *   C: </stream:stream>                waits for the end of the stream
 *   C: eof             waits until the client is gone; anything before it is the failure
 *   gone               the same, but what comes before it does not matter (it is kept in get_received ())
 *   S: <iq type='result' id='$id'/>    sends the text with its $names filled in ($port is ours); \n, \x00 are escapes
 *   bye [text]         the same, but a client that ends its stream is answered, with the text before
 *   split 1            from now on sends this many bytes at a time; 0: at once
 *   tls                shakes hands as the TLS server. tls-refused: it must fail, the client going away
 *   close, reset, hang ends the connection by FIN, by RST; stays silent until the client is gone
 *   accept             waits for the next connection; the first one is waited for at the start
 *   scram SHA-1 password [i=4096] [flag=n|y|p] [cb=tls-exporter] [h=good|bad] [t=0304] [nonce=bad] [salt=…] [final=…]
 *                      a SCRAM exchange from <auth/> to <success/>, which checks everything the client sends; with
 *                      flag= and cb= exactly these. final: good, none, bad, late (in
 *                      a challenge, then <success/>), refused (not-authorized). abort: no answer to ours may come
 *   plain user password        the same for PLAIN
 *
 * and for what most scripts begin with:
 *   open               the client's stream header and ours
 *   starttls           open, features with STARTTLS, the exchange, the handshake
 *   mechanisms A B [cb=x,y]    open, features with these mechanisms (and XEP-0440's list)
 *   bound [resource]   open, features with bind and stream management, answers to <bind/> and <enable/>
 *   login password     starttls, mechanisms SCRAM-SHA-1, scram, bound
 */
#define SCRIPTED_TYPE_SERVER (scripted_server_get_type ())
G_DECLARE_FINAL_TYPE (ScriptedServer, scripted_server, SCRIPTED, SERVER, GObject)

/* The domain that the server calls itself; certificate nullable where there is no TLS. first_line: the number of the
 * script's first line in the file that it comes from, or 1. */
ScriptedServer *scripted_server_new          (const char *script, guint first_line, const char *domain,
                                              GTlsCertificate *certificate);
guint16         scripted_server_get_port     (ScriptedServer *self);
gboolean        scripted_server_is_done      (ScriptedServer *self);       /* the last line is done, or one failed */
const char     *scripted_server_get_failure  (ScriptedServer *self);       /* "line 7: …", NULL: none */
/* Iterates the main context until the script is done, and fails the test with the line otherwise. */
void            scripted_server_finish       (ScriptedServer *self);
/* All that came in clear, and all that came through TLS. */
const char     *scripted_server_get_received (ScriptedServer *self, gboolean encrypted);
/* The protocol that was agreed upon by ALPN in the last handshake, nullable. */
const char     *scripted_server_get_alpn     (ScriptedServer *self);
/* The value of a $name, nullable. */
const char     *scripted_server_get_variable (ScriptedServer *self, const char *name);
/* Asks for a client certificate in handshakes. */
void            scripted_server_request_certificate (ScriptedServer *self);

G_END_DECLS

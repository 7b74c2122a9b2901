/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

/* Namespaces, one line each, with the document that defines it. */
#define XMPP_NS_XML           "http://www.w3.org/XML/1998/namespace"              /* of xml:lang */
#define XMPP_NS_STREAM        "http://etherx.jabber.org/streams"                  /* RFC 6120 */
#define XMPP_NS_CLIENT        "jabber:client"
#define XMPP_NS_STREAMS       "urn:ietf:params:xml:ns:xmpp-streams"
#define XMPP_NS_STANZAS       "urn:ietf:params:xml:ns:xmpp-stanzas"
#define XMPP_NS_TLS           "urn:ietf:params:xml:ns:xmpp-tls"
#define XMPP_NS_SASL          "urn:ietf:params:xml:ns:xmpp-sasl"
#define XMPP_NS_BIND          "urn:ietf:params:xml:ns:xmpp-bind"
#define XMPP_NS_SESSION       "urn:ietf:params:xml:ns:xmpp-session"
#define XMPP_NS_ROSTER        "jabber:iq:roster"                                  /* RFC 6121 */
#define XMPP_NS_ROSTERVER     "urn:xmpp:features:rosterver"
#define XMPP_NS_PREAPPROVAL   "urn:xmpp:features:pre-approval"
#define XMPP_NS_SM            "urn:xmpp:sm:3"                                     /* XEP-0198 */
#define XMPP_NS_SASL_CB       "urn:xmpp:sasl-cb:0"                                /* XEP-0440 */
#define XMPP_NS_DISCO_INFO    "http://jabber.org/protocol/disco#info"             /* XEP-0030 */
#define XMPP_NS_DISCO_ITEMS   "http://jabber.org/protocol/disco#items"
#define XMPP_NS_CAPS          "http://jabber.org/protocol/caps"                   /* XEP-0115 */
#define XMPP_NS_DATA_FORM     "jabber:x:data"                                     /* XEP-0004 */
#define XMPP_NS_PING          "urn:xmpp:ping"                                     /* XEP-0199 */
#define XMPP_NS_VERSION       "jabber:iq:version"                                 /* XEP-0092 */
#define XMPP_NS_TIME          "urn:xmpp:time"                                     /* XEP-0202 */
#define XMPP_NS_CSI           "urn:xmpp:csi:0"                                    /* XEP-0352 */
#define XMPP_NS_BLOCKING      "urn:xmpp:blocking"                                 /* XEP-0191 */
#define XMPP_NS_REPORTING     "urn:xmpp:reporting:1"                              /* XEP-0377 */
#define XMPP_NS_CHAT_STATES   "http://jabber.org/protocol/chatstates"             /* XEP-0085 */
#define XMPP_NS_DELAY         "urn:xmpp:delay"                                    /* XEP-0203 */
#define XMPP_NS_SID           "urn:xmpp:sid:0"                                    /* XEP-0359 */
#define XMPP_NS_CARBONS       "urn:xmpp:carbons:2"                                /* XEP-0280 */
#define XMPP_NS_FORWARD       "urn:xmpp:forward:0"                                /* XEP-0297 */
#define XMPP_NS_MAM           "urn:xmpp:mam:2"                                    /* XEP-0313 */
#define XMPP_NS_FULLTEXT      "urn:xmpp:fulltext:0"                               /* XEP-0431 */
#define XMPP_NS_RSM           "http://jabber.org/protocol/rsm"                    /* XEP-0059 */
#define XMPP_NS_RECEIPTS      "urn:xmpp:receipts"                                 /* XEP-0184 */
#define XMPP_NS_EME           "urn:xmpp:eme:0"                                    /* XEP-0380 */
#define XMPP_NS_MUC_USER      "http://jabber.org/protocol/muc#user"               /* XEP-0045 */
#define XMPP_NS_CONFERENCE    "jabber:x:conference"                               /* XEP-0249 */
#define XMPP_NS_MARKERS       "urn:xmpp:chat-markers:0"                           /* XEP-0333 */
#define XMPP_NS_HINTS         "urn:xmpp:hints"                                    /* XEP-0334 */
#define XMPP_NS_CORRECT       "urn:xmpp:message-correct:0"                        /* XEP-0308 */
#define XMPP_NS_RETRACT       "urn:xmpp:message-retract:1"                        /* XEP-0424 */
#define XMPP_NS_RETRACT_0     "urn:xmpp:message-retract:0"                        /* XEP-0424 until 0.3 */
#define XMPP_NS_FASTEN        "urn:xmpp:fasten:0"                                 /* XEP-0422 */
#define XMPP_NS_LIMITS        "urn:xmpp:stream-limits:0"                          /* XEP-0478 */
#define XMPP_NS_IDLE          "urn:xmpp:idle:1"                                   /* XEP-0319 */
#define XMPP_NS_REPLY         "urn:xmpp:reply:0"                                  /* XEP-0461 */
#define XMPP_NS_FALLBACK      "urn:xmpp:fallback:0"                               /* XEP-0428 */
#define XMPP_NS_STYLING       "urn:xmpp:styling:0"                                /* XEP-0393 */
#define XMPP_NS_REACTIONS     "urn:xmpp:reactions:0"                              /* XEP-0444 */
#define XMPP_NS_MDS           "urn:xmpp:mds:displayed:0"                          /* XEP-0490 */
#define XMPP_NS_PUBSUB        "http://jabber.org/protocol/pubsub"                 /* XEP-0060 */
#define XMPP_NS_PUBSUB_EVENT  "http://jabber.org/protocol/pubsub#event"
#define XMPP_NS_PUBSUB_OWNER  "http://jabber.org/protocol/pubsub#owner"

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include "xmpp-module.h"
#include "xmpp-stanza.h"

G_BEGIN_DECLS

/* The own message archive: XEP-0313 (urn:xmpp:mam:2) by pages (XEP-0059), and its preferences (XEP-0441).
 * Signals: "online" (gboolean resumed), when queries can be made; what modules before it say then is said. "offline". */
#define XMPP_TYPE_ARCHIVE_MODULE (xmpp_archive_module_get_type ())
G_DECLARE_FINAL_TYPE (XmppArchiveModule, xmpp_archive_module, XMPP, ARCHIVE_MODULE, XmppModule)

/* Nothing is copied: id and stanza lie in the result as it came, which the item keeps. */
typedef struct {
  const char *id;            /* in the archive */
  gint64 time;               /* when the server had it, µs, within 1970 … tomorrow; 0: not said */
  XmppElement *stanza;       /* borrowed from result; NULL: removed from the archive, or no message */
  XmppElement *result;
} XmppArchiveItem;

typedef struct {
  GPtrArray *items;          /* of XmppArchiveItem: the oldest first, no id twice, whatever order they came in */
  char *first, *last;        /* ids of the first and the last item; NULL: there is none */
  gboolean complete;         /* the server says that nothing more matches, in the direction of paging */
  gboolean stable;           /* FALSE: it may look different later */
  int count;                 /* that match in all, as the server says; -1: not said */
} XmppArchivePage;

XmppArchivePage *xmpp_archive_page_ref   (XmppArchivePage *self);
void             xmpp_archive_page_unref (XmppArchivePage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppArchivePage, xmpp_archive_page_unref)

/* Zeroes ask for all that there is. */
typedef struct {
  XmppJid *with;             /* only from and to this address; a bare one is that of all its resources */
  gint64 start, end;         /* µs, both included; 0: no limit */
  const char *text;          /* what matches it by the server's own rules, XEP-0431; only where it searches */
  const char *before;        /* the page that ends just before this id; "": the last page. Not together with after */
  const char *after;         /* the page that begins just after this id */
  guint max;                 /* items wanted; 0: as many as the server likes */
  /* The first result is here, the others and the end are not; user_data as for the callback. NULL: nobody wants to know. It
   * should be the oldest of the page (XEP-0313 §5.3), but nobody has looked yet whether it is. */
  void (*first) (const XmppArchiveItem *item, gpointer user_data);
} XmppArchiveQuery;

/* The account has an archive, by what is known of it now (XmppServerModule). */
gboolean         xmpp_archive_module_get_available (XmppArchiveModule *self);
/* It also finds words. */
gboolean         xmpp_archive_module_get_searches  (XmppArchiveModule *self);
/* Several may be under way. timeout_ms: of silence, each result of any of them begins it anew. Errors: as of xmpp_session_send_iq_async ();
 * XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE without asking where it is known that there is no archive;
 * XMPP_STANZA_ERROR_ITEM_NOT_FOUND where before or after is not in the archive; XMPP_ERROR_LIMIT for a page beyond all
 * measure; XMPP_ERROR_PROTOCOL where the answer is no <fin/>. */
void             xmpp_archive_module_query_async   (XmppArchiveModule *self, const XmppArchiveQuery *query, guint timeout_ms,
                                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
XmppArchivePage *xmpp_archive_module_query_finish  (XmppArchiveModule *self, GAsyncResult *result, GError **error);
/* The archive's id of a message that came live or as a carbon: a <stanza-id/> of the own account, where that gives them
 * (S-16). Borrowed from the message; NULL: none that can be believed. */
const char      *xmpp_archive_module_get_id        (XmppArchiveModule *self, const XmppMessage *message);

/* Whose messages the server is to keep where the lists say nothing, XEP-0441 §2. */
typedef enum { XMPP_ARCHIVE_ALWAYS, XMPP_ARCHIVE_ROSTER, XMPP_ARCHIVE_NEVER } XmppArchiveDefault;

typedef struct {
  XmppArchiveDefault rule;
  char **always, **never;    /* addresses, NULL-terminated */
} XmppArchivePrefs;

void             xmpp_archive_prefs_free (XmppArchivePrefs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppArchivePrefs, xmpp_archive_prefs_free)

void              xmpp_archive_module_get_prefs_async  (XmppArchiveModule *self, GCancellable *cancellable,
                                                        GAsyncReadyCallback callback, gpointer user_data);
XmppArchivePrefs *xmpp_archive_module_get_prefs_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error);
/* Sets all of it, so the lists of get_prefs () go back too. Finish gives what the server has now. */
void              xmpp_archive_module_set_prefs_async  (XmppArchiveModule *self, const XmppArchivePrefs *prefs,
                                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
XmppArchivePrefs *xmpp_archive_module_set_prefs_finish (XmppArchiveModule *self, GAsyncResult *result, GError **error);

G_END_DECLS

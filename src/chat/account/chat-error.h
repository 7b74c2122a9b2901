/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_ERROR (chat_error_quark ())
typedef enum {
  CHAT_ERROR_STORE_NEWER,        /* the database is from a newer version; nothing was touched */
  CHAT_ERROR_STORE_CORRUPT,      /* it was moved aside, a fresh one was begun */
  CHAT_ERROR_STORE_FULL,         /* no space left */
  CHAT_ERROR_STORE_READ_ONLY,
  CHAT_ERROR_STORE,              /* another failure of the database */
  CHAT_ERROR_PROFILE_IN_USE,     /* another process has this profile */
  CHAT_ERROR_SECRET_UNAVAILABLE, /* no Secret Service, or it doesn't answer */
  CHAT_ERROR_SECRET_DENIED,      /* locked and the prompt was dismissed */
  CHAT_ERROR_PROVISION,          /* the provision file is wrong */
  CHAT_ERROR_ACCOUNT_EXISTS,
  CHAT_ERROR_NOT_POSSIBLE,       /* asked for something the present state does not allow */
  CHAT_ERROR_ARCHIVE,            /* the server's archive contradicts itself */
} ChatError;
GQuark chat_error_quark (void);

/* Which field of the sign-in page an error belongs to. */
typedef enum {
  CHAT_PROBLEM_FIELD_NONE, CHAT_PROBLEM_FIELD_ADDRESS, CHAT_PROBLEM_FIELD_PASSWORD, CHAT_PROBLEM_FIELD_HOST,
  CHAT_PROBLEM_FIELD_CERTIFICATE,
} ChatProblemField;

/* What the connection policy does about it. */
typedef enum { CHAT_PROBLEM_RETRY, CHAT_PROBLEM_ASK, CHAT_PROBLEM_GIVE_UP } ChatProblemAction;

/* One place turns domain and code into a sentence for the user that says what to do next (translated), the field it
 * stands at, and what follows. subject: the address or host it is about, nullable. */
typedef struct { char *text; ChatProblemField field; ChatProblemAction action; guint longest_wait; /* s, between two attempts */ } ChatProblem;
ChatProblem *chat_problem_new  (const GError *error, const char *subject);
/* The same for what went wrong while older messages were fetched. RETRY: after a while, ever again; ASK: some times; GIVE_UP:
 * not before the next log-in. */
ChatProblem *chat_problem_new_for_history (const GError *error);
void         chat_problem_free (ChatProblem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatProblem, chat_problem_free)

G_END_DECLS

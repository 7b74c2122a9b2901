/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "xmpp-saslprep.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <stringprep.h>
#include <string.h>

#include "xmpp-error.h"

/* SASLprep by libidn, with a way around it for what most passwords are: printable ASCII maps to itself, and so it never
 * leaves a copy in libidn's own buffers, which nobody wipes. */

static gboolean
is_printable_ascii (const char *text, gsize size)
{
  for (gsize i = 0; i < size; i++) {
    if (text[i] < 0x20 || text[i] > 0x7e)
      return FALSE;
  }
  return TRUE;
}

static const char *
describe (int code)
{
  switch (code) {
  case STRINGPREP_CONTAINS_UNASSIGNED:
    return _("The password contains a character that passwords can’t have yet, such as a new emoji");
  case STRINGPREP_CONTAINS_PROHIBITED:
    return _("The password contains a character that passwords can’t have");
  case STRINGPREP_BIDI_BOTH_L_AND_RAL:
  case STRINGPREP_BIDI_LEADTRAIL_NOT_RAL:
  case STRINGPREP_BIDI_CONTAINS_PROHIBITED:
    return _("The password mixes right-to-left and left-to-right text in a way that isn’t allowed");
  default:
    return _("The password can’t be used");
  }
}

XmppSecret *
xmpp_saslprep (XmppSecret *password, GError **error)
{
  const char *text = xmpp_secret_get_text (password);
  gsize size = xmpp_secret_get_size (password);
  char *prepared = NULL;
  XmppSecret *result;
  int code;

  if (size == 0 || memchr (text, 0, size) || !g_utf8_validate (text, size, NULL)) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_PASSWORD,
                         size == 0 ? _("The password is empty") : describe (STRINGPREP_CONTAINS_PROHIBITED));
    return NULL;
  }
  if (is_printable_ascii (text, size))
    return xmpp_secret_ref (password);

  code = stringprep_profile (text, &prepared, "SASLprep", STRINGPREP_NO_UNASSIGNED);
  if (code != STRINGPREP_OK) {
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_PASSWORD, describe (code));
    return NULL;
  }
  result = prepared[0] ? xmpp_secret_new (prepared, -1) : NULL;
  xmpp_secret_wipe (prepared, strlen (prepared));
  free (prepared);
  if (!result)
    g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_INVALID_PASSWORD, _("The password is empty"));
  return result;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: The Stonechat authors */
#include "stonechat-color.h"

#include <math.h>

#define ON_LIGHT 40          /* lightness of names */
#define ON_DARK 74
#define KAPPA 903.2962962962963
#define EPSILON 0.0088564516790356308
#define WHITE_U 0.19783000664283681
#define WHITE_V 0.468319994938791

/* CIE XYZ to linear sRGB */
static const double to_rgb[3][3] = {
  { 3.240969941904521, -1.537383177570093, -0.498610760293 },
  { -0.96924363628087, 1.87596750150772, 0.041555057407175 },
  { 0.055630079696993, -0.20397695888897, 1.056971514242878 },
};

double
stonechat_hue (const char *who)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (sum, (const guchar *) who, -1);
  g_checksum_get_digest (sum, digest, &length);
  return (digest[0] | digest[1] << 8) / 65536.0 * 360;
}

/* The most chroma that sRGB has for a lightness and a hue in radians: where the ray of that hue meets the first of the six edges. */
static double
most_chroma (double lightness, double angle)
{
  double cubed = pow (lightness + 16, 3) / 1560896, y = cubed > EPSILON ? cubed : lightness / KAPPA, least = G_MAXDOUBLE;

  for (int i = 0; i < 6; i++) {
    const double *m = to_rgb[i / 2];
    double end = i % 2;
    double bottom = (632260 * m[2] - 126452 * m[1]) * y + 126452 * end;
    double slope = (284517 * m[0] - 94839 * m[2]) * y / bottom;
    double intercept = ((838422 * m[2] + 769860 * m[1] + 731718 * m[0]) * lightness * y - 769860 * end * lightness) / bottom;
    double length = intercept / (sin (angle) - slope * cos (angle));

    if (length >= 0)
      least = MIN (least, length);
  }
  return least;
}

static double
to_srgb (double linear)
{
  linear = CLAMP (linear, 0, 1);
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow (linear, 1 / 2.4) - 0.055;
}

GdkRGBA
stonechat_color (double hue, double saturation, double lightness)
{
  double angle = hue * G_PI / 180, chroma = most_chroma (lightness, angle) * saturation / 100;
  double u = cos (angle) * chroma / (13 * lightness) + WHITE_U, v = sin (angle) * chroma / (13 * lightness) + WHITE_V;
  double y = lightness > 8 ? pow ((lightness + 16) / 116, 3) : lightness / KAPPA;
  double x = 9 * y * u / (4 * v), z = (9 * y - 15 * v * y - v * x) / (3 * v);
  double rgb[3];

  for (int i = 0; i < 3; i++)
    rgb[i] = to_srgb (to_rgb[i][0] * x + to_rgb[i][1] * y + to_rgb[i][2] * z);
  return (GdkRGBA) { rgb[0], rgb[1], rgb[2], 1 };
}

GdkRGBA
stonechat_color_of_name (const char *who, gboolean on_dark)
{
  return stonechat_color (stonechat_hue (who), 100, on_dark ? ON_DARK : ON_LIGHT);
}

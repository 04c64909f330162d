/**
 * How answers look: tables, progress bars, figures, JSON lines. Pure text; never talks to a
 * coordinator or reads a file.
 */
@NullMarked
package io.tributary.cli.output;

import org.jspecify.annotations.NullMarked;

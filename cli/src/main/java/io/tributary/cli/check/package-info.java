/** Checks of a coordinator before it serves. Never changes anything but an empty state folder. */
@NullMarked
package io.tributary.cli.check;

import org.jspecify.annotations.NullMarked;

/** Tests of the package of the same name. */
@NullMarked
package io.tributary.cli.command;

import org.jspecify.annotations.NullMarked;

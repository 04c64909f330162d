/** Tests of the package of the same name. */
@NullMarked
package io.tributary.cli.output;

import org.jspecify.annotations.NullMarked;

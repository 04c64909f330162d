/** Tests of the package of the same name. */
@NullMarked
package io.tributary.cli.run;

import org.jspecify.annotations.NullMarked;

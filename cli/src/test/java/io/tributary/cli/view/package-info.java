/** Tests of the package of the same name. */
@NullMarked
package io.tributary.cli.view;

import org.jspecify.annotations.NullMarked;

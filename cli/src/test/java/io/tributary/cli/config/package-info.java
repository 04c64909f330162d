/** Tests of the package of the same name. */
@NullMarked
package io.tributary.cli.config;

import org.jspecify.annotations.NullMarked;

/** Tests of the configuration. */
@NullMarked
package io.tributary.client.config;

import org.jspecify.annotations.NullMarked;

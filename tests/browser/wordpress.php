<?php
// As much of WordPress as the plugin in docs/examples/wordpress asks for. Prints a page, or with `token` what the
// plugin answers the logged-in Ana. Used by test_examples.py: php wordpress.php PLUGIN SERVER SECRET page|token
error_reporting( E_ALL );
[ , $plugin, $server, $secret, $wanted ] = $argv;
define( 'ABSPATH', '/' );
define( 'HOUR_IN_SECONDS', 3600 );
define( 'THREADKEEPER_SERVER', $server );
define( 'THREADKEEPER_IDENTITY_SECRET', $secret );
$hooks = array();
$scripts = array();
function add_action( $name, $do ) { global $hooks; $hooks[ $name ] = $do; }
function add_filter( $name, $do, $priority, $count ) { add_action( $name, $do ); }
function is_user_logged_in() { return true; }
function wp_get_current_user() { return (object) array( 'ID' => 'c-1', 'display_name' => 'Ana Moreno' ); }
function get_bloginfo( $what ) { return 'name' === $what ? 'Fern' : 'en-GB'; }
function admin_url( $path ) { return '/wp-admin/' . $path; }
function plugins_url( $path ) { return '/' . $path; }
function esc_attr( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function wp_json_encode( $value ) { return json_encode( $value ); }
function nocache_headers() {}
function wp_die( $message, $title, $more ) { exit; }
function wp_enqueue_script( $handle, $src, $after, $version, $how ) { global $scripts; $scripts[ $handle ] = $src; }

require $plugin;

if ( 'token' === $wanted ) {
	$hooks['wp_ajax_threadkeeper_identity']();
}
$hooks['wp_enqueue_scripts']();
echo '<!doctype html><html lang="en"><title>WordPress</title><body>';
foreach ( $scripts as $handle => $src ) {
	echo $hooks['script_loader_tag']( "<script src=\"$src\" id=\"$handle-js\" defer></script>", $handle );
}
